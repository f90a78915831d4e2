import type { SubmittedAsset } from '../../domain/delivery/verdict';
import type { Backoff } from '../../domain/shared/backoff';
import type {
  Annotation,
  ContentCreationType,
  Deliverable,
  InputAsset,
  Job,
  OutputSpec,
  Product,
  Project,
  Task,
  TaskReference,
} from '../../domain/task/task';
import { isPassing, type BulkRead, type StudioFile } from '../../clients';
import { runActivity } from '../runtime/run-activity';
import { runOneShotWrite } from '../runtime/one-shot-write';
import { readNotes } from './verdict-watch';
import { createRegistrationWait } from './registration-wait';
import { createSpecCache } from './spec-cache';
import { sealUploadAddress } from './address-seal';
import { getStudio, type Studios } from '../runtime/studios';
import { pageOrRefusal, type ListingPageResult } from './sweep-activities';

export interface FileToUpload {
  readonly expectedKey: string;
  readonly fileName: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly md5: string;
}

export interface UploadSlot {
  readonly expectedKey: string;
  readonly assetId: string;
  readonly sealedAddress: string;
}

/** `runId`: the run that has prepared the write; in another one it is refused. */
export interface PreparedWrite {
  readonly runId?: string | undefined;
}

export interface SubmissionRequest extends PreparedWrite {
  readonly task: TaskReference;
  readonly assets: readonly SubmittedAsset[];
  /** Unix milliseconds; uploads register some time later (docs/reference/creative-force.md#asset-registration). */
  readonly uploadedAt: number;
  /** Of the attempts while the uploads are unknown. */
  readonly pace: Backoff;
}

export interface SpecsRequest {
  readonly task: TaskReference;
  readonly specIds: readonly string[];
  readonly isFresh?: boolean | undefined;
}

export interface FilesRead {
  readonly found: (Omit<StudioFile, 'url'> & { readonly sealedUrl?: string })[];
}

/** So long a start or a submission may still be answered once its task is cancelled: mostly half a second. */
const GRACE_MS = 2_000;

export interface TaskAndNotes {
  readonly task: Task;
  readonly annotations?: readonly Annotation[];
}

/** The activities of the gateway's queue: requests to Creative Force, nothing else. */
export function createCreativeForceActivities(studios: Studios, specs = createSpecCache()) {
  const clientOf = (studio: string) => getStudio(studios, studio).creativeForce;
  const registration = createRegistrationWait();

  return {
    readTask: (task: TaskReference): Promise<Task> =>
      runActivity(({ signal }) => clientOf(task.studio).readTask(task, signal)),

    /**
     * The task and its notes, which are a help and not a need: they are absent where the role may not read them. In one activity,
     * because every activity costs the server and the worker more than its request does.
     */
    readTaskAndNotes: (task: TaskReference): Promise<TaskAndNotes> =>
      runActivity(async ({ signal }) => {
        const client = clientOf(task.studio);
        const readTask = () => client.readTask(task, signal);
        const readAnnotations = () => readNotes(client, task, signal);
        let [read, notes] = await Promise.allSettled([readTask(), readAnnotations()]);
        // Where every second request fails, both would never succeed in one attempt.
        if (read.status !== notes.status && !signal.aborted) {
          if (read.status === 'rejected' && isPassing(read.reason)) [read] = await Promise.allSettled([readTask()]);
          if (notes.status === 'rejected' && isPassing(notes.reason))
            [notes] = await Promise.allSettled([readAnnotations()]);
        }
        // What is wrong with the task tells more.
        if (read.status === 'rejected') throw read.reason;
        if (notes.status === 'rejected') throw notes.reason;
        return { task: read.value, ...(notes.value && { annotations: notes.value }) };
      }),

    readInputAssets: (request: { studio: string; assetIds: readonly string[] }): Promise<InputAsset[]> =>
      runActivity(
        async ({ signal }) => (await clientOf(request.studio).readInputAssets(request.assetIds, signal)).found,
      ),

    /** Reads files by id. Their addresses are sealed, because they contain signatures. */
    readFiles: (request: { studio: string; taskId: string; fileIds: readonly string[] }): Promise<FilesRead> =>
      runActivity(async ({ signal }) =>
        sealed(studios, request, await clientOf(request.studio).readFiles(request.fileIds, signal)),
      ),

    /** Reads the files of assets; `fileId` is the asset's id. */
    readAssetFiles: (request: { studio: string; taskId: string; assetIds: readonly string[] }): Promise<FilesRead> =>
      runActivity(async ({ signal }) =>
        sealed(studios, request, await clientOf(request.studio).readAssetFiles(request.assetIds, signal)),
      ),

    /** Specs seldom change, so those that this worker has read before need no call, except where `isFresh` is wanted. */
    readSpecs: ({ task, specIds, isFresh }: SpecsRequest): Promise<OutputSpec[]> =>
      runActivity(({ signal }) => {
        const { studio, contentCreationType } = task;
        const read = async (unknown: string[]) =>
          (await clientOf(studio).readSpecs(contentCreationType, unknown, signal)).found;
        return specs.get(studio, specIds, read, isFresh);
      }),

    readJob: (request: { studio: string; jobId: string }): Promise<Job> =>
      runActivity(({ signal }) => clientOf(request.studio).readJob(request.jobId, signal)),

    readProduct: (request: { studio: string; productId: string }): Promise<Product> =>
      runActivity(({ signal }) => clientOf(request.studio).readProduct(request.productId, signal)),

    readProject: (request: { studio: string; projectId: string }): Promise<Project> =>
      runActivity(({ signal }) => clientOf(request.studio).readProject(request.projectId, signal)),

    readDeliverable: (request: { studio: string; deliverableId: string }): Promise<Deliverable> =>
      runActivity(({ signal }) => clientOf(request.studio).readDeliverable(request.deliverableId, signal)),

    startTask: ({ runId, ...task }: TaskReference & PreparedWrite): Promise<void> =>
      runOneShotWrite({
        endpoint: 'PUT …/start',
        graceMs: GRACE_MS,
        runId,
        send: (signal) => clientOf(task.studio).startTask(task, signal),
      }),

    /** All files of a round in one call; `refused` says in words which file got none, and why. */
    requestUploadAddresses: (request: {
      studio: string;
      taskId: string;
      workspaceId: string;
      files: readonly FileToUpload[];
    }): Promise<{ slots: UploadSlot[]; refused: { expectedKey: string; message: string }[] }> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, request.studio);
        // Files are numbered, because our own keys must not leave the vendor. Each number comes back once.
        const keyOf = (localId: string): string => request.files[Number(localId) - 1]?.expectedKey ?? localId;
        const files = request.files.map(({ expectedKey: _, ...file }, index) => ({
          localId: String(index + 1),
          ...file,
        }));
        const wanted = { workspaceId: request.workspaceId, files };
        const answer = await studio.creativeForce.requestUploadAddresses(wanted, signal);
        return {
          slots: answer.addresses.map((address) => ({
            expectedKey: keyOf(address.localId),
            assetId: address.assetId,
            sealedAddress: sealUploadAddress(studio.seal, request.taskId, address),
          })),
          refused: answer.refused.map(({ localId, message }) => ({ expectedKey: keyOf(localId), message })),
        };
      }),

    submitAssets: ({ task, runId, assets, uploadedAt, pace }: SubmissionRequest): Promise<void> =>
      runOneShotWrite({
        endpoint: 'POST …/submit-assets',
        graceMs: GRACE_MS,
        runId,
        before: (signal) => registration.wait(task.studio, uploadedAt, pace, signal),
        send: (signal) =>
          registration.observe(task.studio, uploadedAt, () => clientOf(task.studio).submitAssets(task, assets, signal)),
      }),

    /** The fallback for lost webhooks (docs/reference/creative-force.md#webhook-delivery). */
    listTasks: (request: {
      studio: string;
      pageNumber: number;
      flavour?: ContentCreationType;
      /** What the page before this one has named. */
      next?: ListingPageResult['next'];
    }): Promise<ListingPageResult> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, request.studio);
        if (studio.vendorId === undefined) return { rows: [], isLast: true };
        const { studio: _, ...rest } = request;
        const { vendorId, listingPageSize: pageSize } = studio;
        const page = await pageOrRefusal(studio.creativeForce.listTasks({ ...rest, vendorId, pageSize }, signal));
        return { ...page, ...(studio.editorialListing === true && { hasEditorial: true }) };
      }),
  };
}

function sealed(
  studios: Studios,
  { studio, taskId }: { readonly studio: string; readonly taskId: string },
  { found }: BulkRead<StudioFile>,
): FilesRead {
  const { seal } = getStudio(studios, studio);
  return {
    found: found.map(({ url, ...file }) => ({
      ...file,
      ...(url !== undefined && { sealedUrl: seal.seal(url, { taskId, purpose: 'input' }) }),
    })),
  };
}
