import type {
  Annotation,
  Deliverable,
  InputAsset,
  Job,
  OutputSpec,
  Product,
  Project,
  Task,
  TaskReference,
} from '../domain/task';
import type { ListedTask } from '../clients';
import { perform } from './perform';
import { rememberSpecs } from './spec-memory';
import { studioNamed, type Studios } from './studios';

/** A file of this round, as the presigned-address call wants it. */
export interface FileToUpload {
  readonly expectedKey: string;
  readonly fileName: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly md5: string;
}

/** Where one file may be put, sealed, and the id under which it is submitted afterwards. */
export interface UploadSlot {
  readonly expectedKey: string;
  readonly assetId: string;
  readonly sealedAddress: string;
}

export interface AssetToSubmit {
  readonly shotId: string;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly assetId: string;
}

/** The activities of the gateway's queue: one Creative Force request each, nothing else (DESIGN §6). */
export function createCreativeForceActivities(studios: Studios) {
  const clientOf = (studio: string) => studioNamed(studios, studio).creativeForce;
  const specMemory = rememberSpecs();

  return {
    readTask: (task: TaskReference): Promise<Task> =>
      perform(({ signal }) => clientOf(task.studio).readTask(task, signal)),

    readAnnotations: (task: TaskReference): Promise<Annotation[]> =>
      perform(({ signal }) => clientOf(task.studio).readAnnotations(task, signal)),

    readInputAssets: (request: { studio: string; assetIds: readonly string[] }): Promise<InputAsset[]> =>
      perform(({ signal }) => clientOf(request.studio).readInputAssets(request.assetIds, signal)),

    /** Specs do not change, so those that this worker has read before cost no call. */
    readSpecs: (request: { task: TaskReference; specIds: readonly string[] }): Promise<OutputSpec[]> =>
      perform(({ signal }) =>
        specMemory(request.task.studio, request.specIds, (missing) =>
          clientOf(request.task.studio).readSpecs(request.task.contentCreationType, missing, signal),
        ),
      ),

    readJob: (request: { studio: string; jobId: string }): Promise<Job> =>
      perform(({ signal }) => clientOf(request.studio).readJob(request.jobId, signal)),

    readProduct: (request: { studio: string; productId: string }): Promise<Product> =>
      perform(({ signal }) => clientOf(request.studio).readProduct(request.productId, signal)),

    readProject: (request: { studio: string; projectId: string }): Promise<Project> =>
      perform(({ signal }) => clientOf(request.studio).readProject(request.projectId, signal)),

    readDeliverable: (request: { studio: string; deliverableId: string }): Promise<Deliverable> =>
      perform(({ signal }) => clientOf(request.studio).readDeliverable(request.deliverableId, signal)),

    startTask: (task: TaskReference): Promise<void> =>
      perform(({ signal }) => clientOf(task.studio).startTask(task, signal)),

    /** Asks for upload addresses, all files of a round in one call; `refused` says in words which file got none, and why. */
    requestUploadAddresses: (request: {
      studio: string;
      workspaceId: string;
      files: readonly FileToUpload[];
    }): Promise<{ slots: UploadSlot[]; refused: { expectedKey: string; message: string }[] }> =>
      perform(async ({ signal }) => {
        const studio = studioNamed(studios, request.studio);
        // Numbers pair request and answer; the keys themselves are ours and need not leave the building.
        const keyOf = new Map(request.files.map((file, index) => [String(index + 1), file.expectedKey]));
        const answer = await studio.creativeForce.requestUploadAddresses(
          {
            workspaceId: request.workspaceId,
            files: request.files.map((file, index) => ({
              localId: String(index + 1),
              fileName: file.fileName,
              bytes: file.bytes,
              md5: file.md5,
            })),
          },
          signal,
        );
        return {
          slots: answer.addresses.flatMap((address) => {
            const expectedKey = keyOf.get(address.localId);
            return expectedKey === undefined
              ? []
              : [{ expectedKey, assetId: address.assetId, sealedAddress: studio.seal.close(address) }];
          }),
          refused: answer.refused.map(({ localId, message }) => ({
            expectedKey: keyOf.get(localId) ?? localId,
            message,
          })),
        };
      }),

    submitAssets: (request: { task: TaskReference; assets: readonly AssetToSubmit[] }): Promise<void> =>
      perform(({ signal }) => clientOf(request.task.studio).submitAssets(request.task, request.assets, signal)),

    /** One page of the listing, which is the fallback for lost webhooks (creative-force.md §7.5). */
    listTasks: (request: { studio: string; pageNumber: number }): Promise<{ rows: ListedTask[]; isLast: boolean }> =>
      perform(async ({ signal }) => {
        const studio = studioNamed(studios, request.studio);
        if (studio.vendorId === undefined) return { rows: [], isLast: true };
        return studio.creativeForce.listTasks(
          { vendorId: studio.vendorId, pageNumber: request.pageNumber, pageSize: studio.listingPageSize },
          signal,
        );
      }),
  };
}
