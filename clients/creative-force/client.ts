import type { z } from 'zod';

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
import { RemoteCallError } from '../remote-call-error';
import { annotationSchema } from './wire/annotation';
import { assetFileSchema } from './wire/asset-file';
import { toBulkRead, type BulkRead } from './wire/bulk-read';
import { deliverableSchema } from './wire/deliverable';
import { Gateway } from './gateway';
import { inputAssetSchema } from './wire/input-asset';
import { jobSchema } from './wire/job';
import { isLastPage, listingPageSchema, type ListedTask, type UnreadableRows } from './wire/listing';
import { outputSpecSchema } from './wire/output-spec';
import { pageSchema } from './wire/page';
import { productSchema } from './wire/product';
import { projectSchema } from './wire/project';
import type { CreativeForceSettings, CreativeForceDependencies } from './settings';
import { studioFileSchema, type StudioFile } from './wire/studio-file';
import { encodeSubmission, type SubmittedAsset } from './wire/submission';
import { taskSchema } from './wire/task';
import {
  encodeUploadRequest,
  uploadAddressesSchema,
  type UploadAddresses,
  type UploadRequest,
} from './wire/upload-addresses';

const DEFAULT_SEGMENT = 'extpost';
/**
 * How the guide spells the listing (docs/reference/creative-force.md#listing-path): tried once when the listing alone
 * answers 404.
 */
const LISTING_FALLBACK_SEGMENT = 'expost';

/** One studio's calls of the External Post API. Every method throws RemoteCallError, or the signal's reason. */
export interface CreativeForceClient {
  readTask(task: TaskReference, signal?: AbortSignal): Promise<Task>;
  readAnnotations(task: TaskReference, signal?: AbortSignal): Promise<Annotation[]>;
  /** One request for all ids; none for none. What did not come back is named. */
  readInputAssets(assetIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<InputAsset>>;
  /** The same assets as files that can be fetched, `fileId` being the asset's id. The address in each is a secret. */
  readAssetFiles(assetIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<StudioFile>>;
  /** As above, for files of the studio. */
  readFiles(fileIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<StudioFile>>;
  /** As above. */
  readSpecs(type: ContentCreationType, specIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<OutputSpec>>;
  readJob(jobId: string, signal?: AbortSignal): Promise<Job>;
  readProduct(productId: string, signal?: AbortSignal): Promise<Product>;
  readProject(projectId: string, signal?: AbortSignal): Promise<Project>;
  readDeliverable(deliverableId: string, signal?: AbortSignal): Promise<Deliverable>;
  startTask(task: TaskReference, signal?: AbortSignal): Promise<void>;
  /** One request for all files; a file without an address is in `refused`, with the reason. */
  requestUploadAddresses(request: UploadRequest, signal?: AbortSignal): Promise<UploadAddresses>;
  /** Not idempotent: after an error with `mayHaveActed`, read the task before sending again. */
  submitAssets(task: TaskReference, assets: readonly SubmittedAsset[], signal?: AbortSignal): Promise<void>;
  /**
   * One page, from 1; rows that cannot be understood are left out and told of. `flavour: 'editorial'` asks the second
   * path, which only some studios may have (docs/reference/assumptions.md#editorial-listing).
   */
  listTasks(
    request: { vendorId: string; pageNumber: number; pageSize: number; flavour?: ContentCreationType | undefined },
    signal?: AbortSignal,
  ): Promise<{ rows: ListedTask[]; isLast: boolean; unread?: UnreadableRows }>;
}

/** A client for one studio: its own token, the process's budget. */
export function createCreativeForceClient(
  settings: CreativeForceSettings,
  tools: CreativeForceDependencies,
): CreativeForceClient {
  const gateway = new Gateway(settings, tools);
  const segment = settings.pathSegment ?? DEFAULT_SEGMENT;
  const ofListing = settings.listingSegment ?? segment;
  /** What was found to work, by flavour. */
  const listingSegments: Record<ContentCreationType, string> = { ecom: ofListing, editorial: ofListing };

  const taskPath = (task: TaskReference, rest = '') =>
    `${flavour(task.contentCreationType)}/${segment}/tasks/{taskId}${rest}`;

  const readBulk = async <T>(
    call: { path: string; key: string; ids: readonly string[]; signal: AbortSignal | undefined },
    row: z.ZodType<T>,
    idOf: (read: T) => string,
  ): Promise<BulkRead<T>> => {
    const { path, key, ids, signal } = call;
    if (ids.length === 0) return { found: [], missing: [] };
    const body: unknown = settings.bulkRequest === 'bare' ? ids : { [key]: ids };
    const { rows } = await gateway.read({ method: 'POST', path, body, signal }, pageSchema(row));
    return toBulkRead(rows, ids, idOf);
  };

  return {
    readTask: (task, signal) =>
      gateway.read(
        { method: 'GET', path: taskPath(task), params: { taskId: task.taskId }, signal },
        taskSchema(task, settings.propertyNames),
      ),

    readAnnotations: async (task, signal) => {
      const path = taskPath(task, '/annotation');
      const call = { method: 'GET', path, params: { taskId: task.taskId }, signal } as const;
      return (await gateway.read(call, pageSchema(annotationSchema))).rows;
    },

    readInputAssets: (ids, signal) =>
      readBulk(
        { path: '/assets/bulk-get-assets', key: 'assetIds', ids, signal },
        inputAssetSchema,
        ({ assetId }) => assetId,
      ),

    readAssetFiles: (ids, signal) =>
      readBulk(
        { path: '/assets/bulk-get-assets', key: 'assetIds', ids, signal },
        assetFileSchema,
        ({ fileId }) => fileId,
      ),

    readFiles: (ids, signal) =>
      readBulk(
        { path: '/files/bulk-get-files', key: 'fileIds', ids, signal },
        studioFileSchema,
        ({ fileId }) => fileId,
      ),

    readSpecs: (type, ids, signal) =>
      readBulk(
        { path: `${flavour(type)}/specs/bulk-get-specs`, key: 'specIds', ids, signal },
        outputSpecSchema,
        ({ specId }) => specId,
      ),

    readJob: (jobId, signal) =>
      gateway.read(
        { method: 'GET', path: '/jobs/{jobId}', params: { jobId }, signal },
        jobSchema(settings.propertyNames),
      ),

    readProduct: (productId, signal) =>
      gateway.read(
        { method: 'GET', path: '/products/{productId}', params: { productId }, signal },
        productSchema(settings.propertyNames),
      ),

    readProject: (projectId, signal) =>
      gateway.read(
        { method: 'GET', path: '/editorial/projects/{projectId}', params: { projectId }, signal },
        projectSchema(settings.propertyNames),
      ),

    readDeliverable: (deliverableId, signal) =>
      gateway.read(
        { method: 'GET', path: '/editorial/deliverables/{deliverableId}', params: { deliverableId }, signal },
        deliverableSchema(settings.propertyNames),
      ),

    startTask: (task, signal) =>
      gateway.write({ method: 'PUT', path: taskPath(task, '/start'), params: { taskId: task.taskId }, signal }),

    requestUploadAddresses: (request, signal) =>
      gateway.read(
        {
          method: 'POST',
          path: '/assets/get-presigned-url',
          body: encodeUploadRequest(request, {
            physicalFileTypeId: settings.physicalFileTypeId ?? 2,
            md5Format: settings.md5Format ?? 'guid',
          }),
          signal,
        },
        uploadAddressesSchema(request.files.map(({ localId }) => localId)),
      ),

    submitAssets: (task, assets, signal) =>
      gateway.write({
        method: 'POST',
        path: taskPath(task, '/submit-assets'),
        params: { taskId: task.taskId },
        body: encodeSubmission(assets),
        signal,
      }),

    listTasks: async (request, signal) => {
      const of = request.flavour ?? 'ecom';
      const readPage = (ofSegment: string) =>
        gateway.read(
          {
            method: 'GET',
            path: `${flavour(of)}/${ofSegment}/tasks`,
            query: {
              postProductionVendorId: request.vendorId,
              pageNumber: String(request.pageNumber),
              pageSize: String(request.pageSize),
            },
            signal,
          },
          listingPageSchema(of),
        );
      const page = await readPage(listingSegments[of]).catch(async (error: unknown) => {
        const isUnknownPath = error instanceof RemoteCallError && error.kind === 'not found';
        // A segment that a person has set for the listing is taken at its word.
        const mayBeMisspelt = settings.listingSegment === undefined && listingSegments[of] === DEFAULT_SEGMENT;
        if (!isUnknownPath || !mayBeMisspelt) throw error;
        const found = await readPage(LISTING_FALLBACK_SEGMENT).catch(() => {
          signal?.throwIfAborted();
          // The first answer is the one that a person can act on.
          throw error;
        });
        listingSegments[of] = LISTING_FALLBACK_SEGMENT;
        return found;
      });
      const { rows, unread } = page;
      return { rows, isLast: isLastPage(page, request), ...(unread.count > 0 && { unread }) };
    },
  };
}

/**
 * Of the calls that both flavours share, editorial has its own paths for tasks and specs only
 * (docs/reference/creative-force.md#flavours). A read that one flavour answers with 404 is not tried in the other,
 * which that row would allow: start and submit go by the same flavour, so a read that was healed here would only move
 * the refusal to a write, after the costly steps.
 */
function flavour(type: ContentCreationType): string {
  return type === 'editorial' ? '/editorial' : '';
}
