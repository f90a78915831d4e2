import type { ContentCreationType } from '../../../domain/task/task';
import { Gateway } from '../gateway';
import { listingRowSchema } from '../wire/listing';
import { pageSchema } from '../wire/page';
import { PROBE_LOCAL_ID, type ProbeResource } from './response-schema';
import { collectIds } from './collect-ids';
import { ProbeRecorder, type ProbeResult } from './probe-recorder';
import type { CreativeForceSettings, CreativeForceDependencies } from '../settings';
import { encodeUploadRequest } from '../wire/upload-addresses';

export interface ProbeRequest {
  /** Creative Force's `postProductionVendorId`; without it no listing is asked. */
  readonly vendorId?: string | undefined;
  /** Whether the studio is said to have a listing of its own for editorial tasks. */
  readonly hasEditorialListing?: boolean | undefined;
  /** The task to look at; without it the first listed one of each flavour. */
  readonly taskId?: string | undefined;
  /** Also makes the one call that is more than a reading: it registers a temporary file that nobody will fill. */
  readonly withUploadAddress?: boolean | undefined;
  /** Told before each call, e.g. `GET /extpost/tasks`. */
  readonly onCall?: ((endpoint: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface ProbedTask {
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
}

const flavours = ['ecom', 'editorial'] as const;
/** Both spellings of the guide's listing (docs/reference/creative-force.md#listing-path). */
const GUIDE_SPELLINGS = ['extpost', 'expost'];
/** How many ids of a kind are asked for: enough to see a shape. */
const IDS_PER_CALL = 10;
/** Of a single zero byte. */
const PROBE_FILE_MD5 = '93b885adfe0da089cdf634904fd59f71';

/**
 * Asks every endpoint that a vendor's role should have (docs/reference/creative-force.md#permissions) once, with ids
 * found on the way. Only reads, unless `withUploadAddress` is set; never starts a task, never submits. Throws only the
 * signal's reason.
 */
export async function probeCreativeForce(
  request: ProbeRequest,
  settings: CreativeForceSettings,
  tools: CreativeForceDependencies,
): Promise<ProbeResult[]> {
  const gateway = new Gateway(settings, tools);
  const rows = new ProbeRecorder(gateway, request.onCall ?? (() => undefined), request.signal);
  if (await rows.askToken(`POST ${new URL(settings.tokenUrl).pathname}`)) await probeEndpoints(rows, request, settings);
  return rows.results;
}

async function probeEndpoints(
  rows: ProbeRecorder,
  request: ProbeRequest,
  settings: CreativeForceSettings,
): Promise<void> {
  const listed = await askListings(rows, request, settings);
  if (request.taskId !== undefined) {
    const { about, detail } = await askNamedTask(rows, request.taskId, settings);
    await askAround(rows, about, detail, request, settings);
  } else {
    for (const contentCreationType of flavours) {
      const taskId = listed.find((task) => task.contentCreationType === contentCreationType)?.taskId;
      if (taskId === undefined) {
        const what = `GET ${taskPath(contentCreationType, settings)} and all that follows from it`;
        rows.skip(what, 'needed', `No ${contentCreationType} task is listed; name one with --task.`);
        continue;
      }
      const about = { taskId, contentCreationType };
      await askAround(rows, about, (await askDetail(rows, about, settings)).body, request, settings);
    }
  }
  if (request.withUploadAddress === true) return;
  const why = 'It registers a temporary file; --with-upload-address asks for it all the same.';
  rows.skip('POST /assets/get-presigned-url', 'needed', why);
}

/** The listing in every spelling and flavour; the rows of those that answered. */
async function askListings(
  rows: ProbeRecorder,
  request: ProbeRequest,
  settings: CreativeForceSettings,
): Promise<ProbedTask[]> {
  const segment = settings.listingSegment ?? segmentOf(settings);
  if (request.vendorId === undefined) {
    rows.skip(`GET /${segment}/tasks`, 'useful', 'The studio has no vendorId in the configuration.');
    return [];
  }
  const query = { postProductionVendorId: request.vendorId, pageNumber: '1', pageSize: '100' };
  const isExpected = (type: ContentCreationType) => type === 'ecom' || request.hasEditorialListing === true;
  const listed: ProbedTask[] = [];
  for (const spelling of new Set([segment, ...GUIDE_SPELLINGS])) {
    for (const contentCreationType of flavours) {
      const { body } = await rows.ask({
        subject: 'listing',
        need: spelling === segment && isExpected(contentCreationType) ? 'useful' : 'spelling',
        contentCreationType,
        call: { method: 'GET', path: `${prefixOf(contentCreationType)}/${spelling}/tasks`, query },
      });
      listed.push(...(pageSchema(listingRowSchema(contentCreationType)).safeParse(body).data?.rows ?? []));
    }
  }
  return listed;
}

/** A task whose flavour nobody has said: it is unknown in the other one, so only the right one's answer is kept. */
async function askNamedTask(rows: ProbeRecorder, taskId: string, settings: CreativeForceSettings) {
  const ecom = { taskId, contentCreationType: 'ecom' } as const;
  const asEcom = await askDetail(rows, ecom, settings);
  if (asEcom.outcome === 'allowed') return { about: ecom, detail: asEcom.body };
  const editorial = { taskId, contentCreationType: 'editorial' } as const;
  const asEditorial = await askDetail(rows, editorial, settings);
  if (asEditorial.outcome !== 'allowed') return { about: ecom, detail: undefined };
  rows.remove(asEcom);
  return { about: editorial, detail: asEditorial.body };
}

function askDetail(rows: ProbeRecorder, about: ProbedTask, settings: CreativeForceSettings): Promise<ProbeResult> {
  const call = {
    method: 'GET',
    path: taskPath(about.contentCreationType, settings),
    params: { taskId: about.taskId },
  } as const;
  return rows.ask({ ...about, subject: 'task', need: 'needed', call });
}

/** Everything that a task leads to. */
async function askAround(
  rows: ProbeRecorder,
  about: ProbedTask,
  detail: unknown,
  request: ProbeRequest,
  settings: CreativeForceSettings,
): Promise<void> {
  const { taskId, contentCreationType } = about;
  const path = taskPath(contentCreationType, settings);
  const annotations = { method: 'GET', path: `${path}/annotation`, params: { taskId } } as const;
  await rows.ask({ ...about, subject: 'annotations', need: 'useful', call: annotations });

  const bulk = async (subject: ProbeResource, at: string, key: string, need: ProbeResult['need'], found: string[]) => {
    if (found.length === 0) {
      rows.skip(`POST ${at}`, need, `Nothing that was read names any of its ${key}.`);
      return undefined;
    }
    const ids = found.slice(0, IDS_PER_CALL);
    const body = settings.bulkRequest === 'bare' ? ids : { [key]: ids };
    return (await rows.ask({ ...about, subject, need, call: { method: 'POST', path: at, body } })).body;
  };
  const assetIds = collectIds(['assetId', 'inputAssetIds', 'inclipAssetIds', 'resourceAssetIds'], detail);
  const assets = await bulk('assets', '/assets/bulk-get-assets', 'assetIds', 'needed', assetIds);
  const fileIds = collectIds(['fileId', 'fileIds', 'exampleFileIds'], [detail, assets]);
  await bulk('files', '/files/bulk-get-files', 'fileIds', 'useful', fileIds);
  const specsPath = `${prefixOf(contentCreationType)}/specs/bulk-get-specs`;
  await bulk('specs', specsPath, 'specIds', 'needed', collectIds(['specId'], detail));

  for (const [subject, at, name, keys] of relatedRecords[contentCreationType]) {
    const [id] = collectIds(keys, detail);
    if (id === undefined) rows.skip(`GET ${at}`, 'useful', `The task detail names no ${name}.`);
    else {
      await rows.ask({ ...about, subject, need: 'useful', call: { method: 'GET', path: at, params: { [name]: id } } });
    }
  }
  if (request.withUploadAddress === true) await askUploadAddress(rows, about, detail, settings);
  for (const write of [`PUT ${path}/start`, `POST ${path}/submit-assets`]) {
    rows.skip(write, 'needed', 'It writes; the first real task shows whether it is allowed.');
  }
}

/** What a task belongs to: subject, path, name in the path, keys of the task detail. */
const relatedRecords: Record<ContentCreationType, readonly [ProbeResource, string, string, string[]][]> = {
  ecom: [
    ['job', '/jobs/{jobId}', 'jobId', ['jobId']],
    ['product', '/products/{productId}', 'productId', ['productId']],
  ],
  editorial: [
    ['project', '/editorial/projects/{projectId}', 'projectId', ['editorialProjectId']],
    [
      'deliverable',
      '/editorial/deliverables/{deliverableId}',
      'deliverableId',
      ['editorialDeliverableIds', 'editorialDeliverableId'],
    ],
  ],
};

async function askUploadAddress(
  rows: ProbeRecorder,
  about: ProbedTask,
  detail: unknown,
  settings: CreativeForceSettings,
): Promise<void> {
  const path = '/assets/get-presigned-url';
  const [workspaceId] = collectIds(['clientId'], detail);
  if (workspaceId === undefined) {
    rows.skip(`POST ${path}`, 'needed', 'The task detail names no clientId.');
    return;
  }
  const file = { localId: PROBE_LOCAL_ID, fileName: 'extpost-probe.jpg', bytes: 1, md5: PROBE_FILE_MD5 };
  const { physicalFileTypeId = 2, md5Format = 'guid' } = settings;
  const body = encodeUploadRequest({ workspaceId, files: [file] }, { physicalFileTypeId, md5Format });
  await rows.ask({ ...about, subject: 'upload address', need: 'needed', call: { method: 'POST', path, body } });
}

function segmentOf({ pathSegment }: CreativeForceSettings): string {
  return pathSegment ?? GUIDE_SPELLINGS[0] ?? '';
}

function taskPath(type: ContentCreationType, settings: CreativeForceSettings): string {
  return `${prefixOf(type)}/${segmentOf(settings)}/tasks/{taskId}`;
}

function prefixOf(type: ContentCreationType): string {
  return type === 'editorial' ? '/editorial' : '';
}
