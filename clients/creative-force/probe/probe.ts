import type { ContentCreationType } from '../../../domain/task/task';
import { withCamelCaseKeys } from '../../camel-case-keys';
import { isGuid } from '../../record';
import { zeroGuid } from '../../wire-values';
import { Gateway } from '../gateway';
import { type PathName, pathOf } from '../paths';
import type { CreativeForceDependencies, CreativeForceSettings } from '../settings';
import { encodeUploadRequest } from '../wire/delivery';
import { listingRowSchema } from '../wire/listing';
import { pageSchema } from '../wire/page';
import { parseBody } from '../wire/response-body';
import { PROBE_LOCAL_ID, ProbeRecorder, type ProbedTask, type ProbeResult, type ProbeSubject } from './probe-recorder';

export interface ProbeRequest {
  /** Creative Force's `postProductionVendorId`; without it no listing is read. */
  readonly vendorId?: string | undefined;
  /** Whether the studio should have a separate listing for editorial tasks. */
  readonly hasEditorialListing?: boolean | undefined;
  /** The task to read; without it the first listed one of each flavour. */
  readonly taskId?: string | undefined;
  /** Also makes the one call that is more than a read: it registers a temporary file that nobody will fill. */
  readonly withUploadAddress?: boolean | undefined;
  readonly onCall?: ((endpoint: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Probe {
  readonly recorder: ProbeRecorder;
  readonly request: ProbeRequest;
  readonly settings: CreativeForceSettings;
}

const flavours = ['ecom', 'editorial'] as const;
/** Both spellings of the guide's listing (docs/reference/creative-force.md#listing-path). */
const GUIDE_SPELLINGS = ['extpost', 'expost'];
/** Enough ids of a kind to see its shape. */
const IDS_PER_CALL = 10;
/** The MD5 of a single zero byte. */
const PROBE_FILE_MD5 = '93b885adfe0da089cdf634904fd59f71';

/** Reads what a role should allow (docs/reference/creative-force.md#permissions). Throws only the signal's reason. */
export async function probeCreativeForce(
  request: ProbeRequest,
  settings: CreativeForceSettings,
  dependencies: CreativeForceDependencies,
): Promise<ProbeResult[]> {
  const gateway = new Gateway(settings, dependencies);
  const recorder = new ProbeRecorder(gateway, request.onCall ?? (() => undefined), request.signal);
  const hasToken = await recorder.callTokenEndpoint(`POST ${new URL(settings.tokenUrl).pathname}`);
  if (hasToken) await probeEndpoints({ recorder, request, settings });
  return recorder.results;
}

async function probeEndpoints(probe: Probe): Promise<void> {
  const { recorder, request, settings } = probe;
  const listed = await probeListings(probe);
  if (request.taskId !== undefined) {
    const { task, detail } = await probeNamedTask(probe, request.taskId);
    await probeRelatedRecords(probe, task, detail);
  } else {
    for (const contentCreationType of flavours) {
      const task = listed.find((one) => one.contentCreationType === contentCreationType);
      if (task === undefined) {
        const what = `GET ${pathOf('task', settings, contentCreationType)} and all that follows from it`;
        recorder.notAsked(what, 'needed', `No ${contentCreationType} task is listed; name one with --task.`);
      } else {
        await probeRelatedRecords(probe, task, (await probeDetail(probe, task)).body);
      }
    }
  }
  if (request.withUploadAddress === true) return;
  const why = 'It registers a temporary file; --with-upload-address asks for it anyway.';
  recorder.notAsked(`POST ${pathOf('uploadAddresses', settings, 'ecom')}`, 'needed', why);
}

/** Reads the listing in every spelling and flavour, and gives the rows of those that answered. */
async function probeListings({ recorder, request, settings }: Probe): Promise<ProbedTask[]> {
  if (request.vendorId === undefined) {
    const why = 'The studio has no vendorId in the configuration.';
    recorder.notAsked(`GET ${pathOf('listing', settings)}`, 'useful', why);
    return [];
  }
  const query = { postProductionVendorId: request.vendorId, pageNumber: '1', pageSize: '100' };
  const isExpected = (type: ContentCreationType) => type === 'ecom' || request.hasEditorialListing === true;
  const listed: ProbedTask[] = [];
  const inSettings = [settings, ...GUIDE_SPELLINGS.map((listingSegment) => ({ listingSegment }))];
  const asked = new Set<string>();
  for (const spelling of inSettings) {
    for (const contentCreationType of flavours) {
      const path = pathOf('listing', spelling, contentCreationType);
      if (asked.has(path)) continue;
      asked.add(path);
      const { body } = await recorder.call({
        subject: 'listing',
        need: spelling === settings && isExpected(contentCreationType) ? 'useful' : 'spelling',
        contentCreationType,
        request: { method: 'GET', path, query },
      });
      const page = parseBody(pageSchema(listingRowSchema(contentCreationType)), body);
      if (page.success) listed.push(...page.data.rows);
    }
  }
  return listed;
}

/** A task of unknown flavour is found in only one of them, so only the result of the right one is kept. */
async function probeNamedTask(probe: Probe, taskId: string): Promise<{ task: ProbedTask; detail: unknown }> {
  const ecom = { taskId, contentCreationType: 'ecom' } as const;
  const asEcom = await probeDetail(probe, ecom);
  if (asEcom.outcome === 'allowed') return { task: ecom, detail: asEcom.body };
  const editorial = { taskId, contentCreationType: 'editorial' } as const;
  const asEditorial = await probeDetail(probe, editorial);
  if (asEditorial.outcome !== 'allowed') return { task: ecom, detail: undefined };
  probe.recorder.remove(asEcom);
  return { task: editorial, detail: asEditorial.body };
}

function probeDetail({ recorder, settings }: Probe, task: ProbedTask): Promise<ProbeResult> {
  const path = pathOf('task', settings, task.contentCreationType);
  const request = { method: 'GET', path, params: { taskId: task.taskId } } as const;
  return recorder.call({ ...task, subject: 'task', need: 'needed', request });
}

async function probeRelatedRecords(probe: Probe, task: ProbedTask, detail: unknown): Promise<void> {
  const { recorder, request, settings } = probe;
  const { taskId, contentCreationType } = task;
  const path = (name: PathName): string => pathOf(name, settings, contentCreationType);
  const annotations = { method: 'GET', path: path('annotations'), params: { taskId } } as const;
  await recorder.call({ ...task, subject: 'annotations', need: 'useful', request: annotations });

  const bulk = async (
    subject: ProbeSubject,
    bulkPath: string,
    key: string,
    need: ProbeResult['need'],
    found: string[],
  ) => {
    if (found.length === 0) {
      recorder.notAsked(`POST ${bulkPath}`, need, `Nothing that was read names any of its ${key}.`);
      return undefined;
    }
    const ids = found.slice(0, IDS_PER_CALL);
    const body = settings.bulkRequest === 'bare' ? ids : { [key]: ids };
    return (await recorder.call({ ...task, subject, need, request: { method: 'POST', path: bulkPath, body } })).body;
  };
  const assetIds = collectIds(['assetId', 'inputAssetIds', 'inclipAssetIds', 'resourceAssetIds'], detail);
  const assets = await bulk('assets', path('assets'), 'assetIds', 'needed', assetIds);
  const fileIds = collectIds(['fileId', 'fileIds', 'exampleFileIds'], [detail, assets]);
  await bulk('files', path('files'), 'fileIds', 'useful', fileIds);
  await bulk('specs', path('specs'), 'specIds', 'needed', collectIds(['specId'], detail));

  for (const { subject, param, keys } of relatedRecords[contentCreationType]) {
    const recordPath = path(subject);
    const [id] = collectIds(keys, detail);
    if (id === undefined) recorder.notAsked(`GET ${recordPath}`, 'useful', `The task detail names no ${param}.`);
    else {
      const read = { method: 'GET', path: recordPath, params: { [param]: id } } as const;
      await recorder.call({ ...task, subject, need: 'useful', request: read });
    }
  }
  if (request.withUploadAddress === true) await probeUploadAddress(probe, task, detail);
  for (const write of [`PUT ${path('start')}`, `POST ${path('submit')}`]) {
    recorder.notAsked(write, 'needed', 'It writes; the first real task shows whether it is allowed.');
  }
}

/** The records that a task belongs to; `keys` are those of the task detail. */
const relatedRecords: Record<
  ContentCreationType,
  readonly { subject: 'job' | 'product' | 'project' | 'deliverable'; param: string; keys: string[] }[]
> = {
  ecom: [
    { subject: 'job', param: 'jobId', keys: ['jobId'] },
    { subject: 'product', param: 'productId', keys: ['productId'] },
  ],
  editorial: [
    { subject: 'project', param: 'projectId', keys: ['editorialProjectId'] },
    { subject: 'deliverable', param: 'deliverableId', keys: ['editorialDeliverableIds', 'editorialDeliverableId'] },
  ],
};

async function probeUploadAddress({ recorder, settings }: Probe, task: ProbedTask, detail: unknown): Promise<void> {
  const path = pathOf('uploadAddresses', settings, task.contentCreationType);
  const [workspaceId] = collectIds(['clientId'], detail);
  if (workspaceId === undefined) {
    recorder.notAsked(`POST ${path}`, 'needed', 'The task detail names no clientId.');
    return;
  }
  const file = { localId: PROBE_LOCAL_ID, fileName: 'extpost-probe.jpg', bytes: 1, md5: PROBE_FILE_MD5 };
  const body = encodeUploadRequest({ workspaceId, files: [file] }, settings);
  const request = { method: 'POST', path, body } as const;
  await recorder.call({ ...task, subject: 'upload address', need: 'needed', request });
}

/** Each GUID under these keys once, in lower case. Needs no schema, so even a body of unknown shape leads on. */
export function collectIds(keys: readonly string[], body: unknown): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value) as [string, unknown][]) {
      if (!Array.isArray(value) && keys.includes(key)) for (const id of guidsIn(part)) found.add(id);
      visit(part);
    }
  };
  visit(withCamelCaseKeys(body));
  return [...found];
}

function guidsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .flatMap((one: unknown) => (typeof one === 'string' ? [one.trim().toLowerCase()] : []))
    .filter((one) => isGuid(one) && one !== zeroGuid);
}
