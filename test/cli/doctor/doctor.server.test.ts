import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { prepareTemporal } from '../../../cli/setup/setup-command';
import { ensureNamespace } from '../../../cli/setup/ensure-namespace';
import { loadConfig } from '../../../config';
import { sandboxEnvironment, type Sandbox } from '../../../sandbox';
import { openTemporal } from '../../../temporal';
import { startQuickSandbox } from '../../sandbox/start';
import { testTemporalAddress } from '../../starters/test-temporal';
import { runCommand } from '../run-command';

const config = path.resolve(__dirname, '../../../examples/sandbox/extpost.yaml');
const before = { ...process.env };
let sandbox: Sandbox;
let folder: string;
let proxy: Server;
let base: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-doctor-'));
  await writeFile(path.join(folder, 'file'), 'not a folder');
  sandbox = await startQuickSandbox({ day: { tasks: 4, lostWebhooks: 0, defects: [] } });
  await fetch(`${sandbox.controlUrl}/day/begin`, { method: 'POST' });
  // A wrong clock, and an address that leads elsewhere.
  proxy = createServer((_request, response) => {
    response.writeHead(404, { date: new Date(Date.now() - 600_000).toUTCString() }).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  base = {
    ...before,
    ...sandboxEnvironment(sandbox),
    EXTPOST_FOLDER: path.join(folder, 'state'),
    TEMPORAL_ADDRESS: testTemporalAddress(),
    TEMPORAL_NAMESPACE: 'doctor',
    TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  };
  process.env = base;
  const temporal = openTemporal({ environment: base });
  await prepareTemporal(temporal, await loadConfig({ path: config, environment: base }));
  await ensureNamespace(temporal.connection, 'doctor-bare', 86_400_000 * 40);
  await temporal.close();
});
afterAll(async () => {
  process.env = before;
  proxy.close();
  await sandbox.stop();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  process.env = base;
});

interface Report {
  readonly isGood: boolean;
  readonly findings: readonly { readonly subject: string; readonly state: string; readonly found: string }[];
}

type Answer = Report & { readonly exitCode: number };
/** What it has said of each set-up, because two faults may be of the same one. */
const said = new Map<string, Promise<Answer>>();

function doctor(changes: NodeJS.ProcessEnv = {}, ...words: string[]): Promise<Answer> {
  const key = JSON.stringify([Object.entries(changes), words]);
  const known = said.get(key);
  if (known !== undefined) return known;
  process.env = { ...base, ...changes };
  const saying = runCommand('doctor', '--json', '--config', config, ...words).then(({ out, exitCode }) => {
    return { ...(JSON.parse(out) as Report), exitCode };
  });
  said.set(key, saying);
  return saying;
}

const proxyUrl = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

describe('extpost doctor', () => {
  it('finds nothing but missing workers in a set-up that is right', async () => {
    const { findings, exitCode } = await doctor();
    const others = findings.filter(({ state, subject }) => state === 'fault' && !subject.startsWith('workers'));
    expect(others).toEqual([]);
    expect(findings.filter(({ subject }) => subject.startsWith('workers')).map(({ found }) => found)).toEqual(
      ['extpost', 'extpost-gateway', 'extpost-celtra', 'extpost-transfer'].map((queue) => `nobody polls ${queue}`),
    );
    expect(exitCode).toBe(5);
  });

  it.each<[string, string, RegExp, () => NodeJS.ProcessEnv]>([
    ['a Temporal that is not there', 'Temporal', /does not answer/, () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1' })],
    ['a namespace that is not there', 'namespace', /no namespace/, () => ({ TEMPORAL_NAMESPACE: 'nowhere' })],
    [
      'missing search attributes',
      'search attributes',
      /lacks .*ExtpostDue/,
      () => ({ TEMPORAL_NAMESPACE: 'doctor-bare' }),
    ],
    ['missing schedules', 'acme: sweep', /no schedule/, () => ({ TEMPORAL_NAMESPACE: 'doctor-bare' })],
    [
      'a wrong secret of Creative Force',
      'acme: Creative Force',
      /^POST \/connect\/token: credentials refused/,
      () => ({ ACME_CF_CLIENT_SECRET: 'wrong' }),
    ],
    [
      'a log-in address that nobody answers',
      'acme: Creative Force',
      /did not answer POST \/connect\/token/,
      () => ({ SANDBOX_TOKEN_URL: 'http://127.0.0.1:1/connect/token' }),
    ],
    ['a wrong key of Celtra', 'acme: Celtra', /./, () => ({ ACME_CELTRA_SECRET: 'wrong' })],
    ['a storage that is a file', 'storage', /./, () => ({ EXTPOST_FOLDER: path.join(folder, 'file') })],
    ['a spool that is a file', 'disk', /cannot be written/, () => ({ EXTPOST_FOLDER: path.join(folder, 'file') })],
    ['a wrong clock', 'clock', /(59|60)\d s ahead/, () => ({ SANDBOX_TOKEN_URL: `${proxyUrl()}/token` })],
    ['a missing setting', 'configuration', /ACME_CF_VENDOR_ID/, () => ({ ACME_CF_VENDOR_ID: undefined })],
  ])('finds %s', async (_, subject, found, changes) => {
    const { findings, isGood, exitCode } = await doctor(changes());
    const [finding] = findings.filter((one) => one.subject === subject && one.state === 'fault');
    expect(finding?.found).toMatch(found);
    expect([isGood, exitCode]).toEqual([false, 5]);
  });

  it('finds, when asked, that webhooks do not arrive', async () => {
    const { findings } = await doctor({}, '--reach', `${proxyUrl()}/webhooks/creative-force/acme`);
    expect(findings.at(-1)).toMatchObject({ subject: 'webhook address', state: 'fault' });
  });

  it('agrees with what extpost init has written, which nobody else may read', async () => {
    const to = path.join(folder, 'init');
    const words = [
      ...['init', '--yes', '--to', to, '--studio', 'acme', '--namespace', 'doctor'],
      ...['--client-id', base['ACME_CF_CLIENT_ID'] ?? '', '--vendor-id', base['ACME_CF_VENDOR_ID'] ?? ''],
      ...['--celtra-app-id', base['ACME_CELTRA_APP_ID'] ?? '', '--celtra-url', base['SANDBOX_CELTRA_URL'] ?? ''],
      ...['--creative-force-url', base['SANDBOX_CREATIVE_FORCE_URL'] ?? ''],
      ...['--token-url', base['SANDBOX_TOKEN_URL'] ?? ''],
    ];
    expect((await runCommand(...words)).exitCode).toBe(0);
    const secret = path.join(to, 'secrets', 'acme_celtra_secret');
    expect([(await stat(secret)).mode & 0o777, await readFile(secret, 'utf8')]).toEqual([
      0o600,
      base['ACME_CELTRA_SECRET'],
    ]);
    const again = await runCommand(...words);
    expect([again.exitCode, again.err]).toEqual([2, expect.stringContaining('--overwrite replaces it')]);
    const { out } = await runCommand('doctor', '--json', '--config', path.join(to, 'extpost.yaml'));
    const { findings } = JSON.parse(out) as Report;
    expect(findings.filter(({ subject }) => subject.startsWith('acme: C')).map(({ state }) => state)).toEqual([
      'ok',
      'ok',
    ]);
  });

  it('shows one table, and below it what to do', async () => {
    process.env = { ...base, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const { out } = await runCommand('doctor', '--config', config);
    expect(out).toMatch(/FAULT +Temporal +127\.0\.0\.1:1 does not answer/);
    expect(out).toContain('What to do:\n- Temporal: Start Temporal');
    expect(out).toMatch(/\d+ of \d+ checks failed\.\n$/);
  });
});
