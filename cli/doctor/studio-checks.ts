import { createCeltraClient, probeCreativeForce, RemoteCallError } from '../../clients';
import type { ExtpostConfig, StudioConfig } from '../../config';
import { creativeForceSettings } from '../../workers/composition/client-settings';
import { probeAdvice, problemRows } from '../probe/probe-advice';
import { problemText } from '../probe/probe-report';
import { commandBudget } from '../shared/studio-clients';
import { checked, type Finding, fault, ok, warning } from './finding';

const HTTP_TIMEOUT_MS = 10_000;
const STUDIO_TIMEOUT_MS = 120_000;
/** Beyond it tokens and addresses seem to expire too early or too late; an S3 store refuses 15 minutes. */
const MAX_CLOCK_SKEW_MS = 60_000;
/** A design that no account has. */
const NO_DESIGN = '0';

/** The credentials and permissions of a studio at Creative Force and at Celtra. */
export async function checkStudio(name: string, config: ExtpostConfig): Promise<readonly Finding[]> {
  return Promise.all([checkCreativeForceOf(config, name), checkCeltraOf(config, name)]);
}

/** Log-in, listing and permissions of one studio at Creative Force. */
export function checkCreativeForceOf(config: ExtpostConfig, studio: string): Promise<Finding> {
  return checkOne(`${studio}: Creative Force`, config.studios[studio], (settings, subject) =>
    checkGateway(subject, studio, settings, config),
  );
}

/** The API app of one studio at Celtra. */
export function checkCeltraOf(config: ExtpostConfig, studio: string): Promise<Finding> {
  return checkOne(`${studio}: Celtra`, config.studios[studio], (settings, subject) => checkCeltra(subject, settings));
}

async function checkOne(
  subject: string,
  settings: StudioConfig | undefined,
  check: (settings: StudioConfig, subject: string) => Promise<Finding>,
): Promise<Finding> {
  if (settings === undefined) return fault(subject, 'not configured', 'Add it to the configuration.');
  const [finding] = await checked(subject, async () => [await check(settings, subject)], STUDIO_TIMEOUT_MS);
  return finding ?? fault(subject, 'unknown', 'Run the command again.');
}

async function checkGateway(
  subject: string,
  name: string,
  settings: StudioConfig,
  config: ExtpostConfig,
): Promise<Finding> {
  const { creativeForce } = settings;
  const rows = await probeCreativeForce(
    { vendorId: creativeForce.vendorId, hasEditorialListing: creativeForce.editorialListing },
    creativeForceSettings(name, settings),
    { budget: commandBudget(config, settings) },
  );
  const problems = problemRows(rows);
  const [first] = problems;
  if (first !== undefined) {
    const of = problems.length === 1 ? '' : `${problems.length} problems; the first: `;
    return fault(subject, `${of}${problemText(first)}`, `${probeAdvice(rows)} See "extpost probe ${name}".`);
  }
  const hasTask = rows.some(({ subject: what }) => what === 'task');
  if (hasTask) return ok(subject, `${rows.length} endpoints are allowed and understood`);
  return warning(subject, 'log-in and listing work; no task is listed', `Try one: "extpost probe ${name} --task ID".`);
}

async function checkCeltra(subject: string, { celtra }: StudioConfig): Promise<Finding> {
  const client = createCeltraClient({ ...celtra, timeouts: { totalMs: celtra.requestTimeout } });
  try {
    // It finds nothing, so nothing is rendered.
    await client.exportOutputs({ filters: { designFile: { id: [NO_DESIGN] } }, caller: `${celtra.caller} doctor` });
    return ok(subject, 'the API app is accepted');
  } catch (error) {
    if (!(error instanceof RemoteCallError)) throw error;
    if (error.kind === 'unauthorized' || error.kind === 'forbidden') {
      return fault(subject, error.message, 'Correct applicationId and secretKey, or the permissions of the API app.');
    }
    // An answer to the question itself shows that the credentials were accepted.
    if (error.kind === 'refused' && error.endpoint === 'POST /export' && error.code !== 'not sent')
      return ok(subject, 'the API app is accepted');
    return fault(subject, error.message, 'Check that celtra.baseUrl is right and can be reached from here.');
  }
}

/** Compares the clock of this computer with that of the gateways. */
export async function checkClock({ studios }: ExtpostConfig): Promise<Finding> {
  const [address] = Object.values(studios).map(({ creativeForce }) => creativeForce.tokenUrl);
  if (address === undefined) return warning('clock', 'there is no studio to compare it with', 'Add a studio.');
  const sentAt = Date.now();
  const response = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) }).catch(
    () => undefined,
  );
  const theirs = Date.parse(response?.headers.get('date') ?? '');
  const { host } = new URL(address);
  if (Number.isNaN(theirs)) return warning('clock', `${host} does not send its time`, 'Compare the clock by hand.');
  const skew = Math.round(((sentAt + Date.now()) / 2 - theirs) / 1000);
  if (Math.abs(skew) * 1000 <= MAX_CLOCK_SKEW_MS) return ok('clock', `within a minute of ${host}`);
  const text = `${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} ${host}`;
  return fault('clock', text, 'Set the clock (NTP): expiring tokens and addresses depend on it.');
}

/** Whether webhooks sent to `address` arrive at a receiver: a request without a body is a connection test. */
export async function checkReach(address: string): Promise<Finding> {
  const subject = 'webhook address';
  const advice = 'Check that DNS, proxy and firewall route this address to "extpost receiver".';
  try {
    // A sender of webhooks may not follow a redirect.
    const { status } = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(HTTP_TIMEOUT_MS),
    });
    return status >= 200 && status < 300
      ? ok(subject, `${address} leads to the receiver`)
      : fault(subject, `${address} answers ${status}`, advice);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return fault(subject, `${address} cannot be reached (${cause})`, advice);
  }
}
