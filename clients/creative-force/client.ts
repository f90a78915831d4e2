import type { z } from 'zod';

import type { SubmittedAsset } from '../../domain/delivery/verdict';
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
import type { UnreadableRows } from '../../domain/sweep/sweep';
import { RemoteCallError } from '../remote-call-error';
import { Gateway } from './gateway';
import type { CreativeForceDependencies, CreativeForceSettings } from './settings';
import {
  encodeSubmission,
  encodeUploadRequest,
  uploadAddressesSchema,
  type UploadAddresses,
  type UploadAddressRequest,
} from './wire/delivery';
import { isLastPage, listingPageSchema, type ListedTask } from './wire/listing';
import { pageSchema, toBulkRead, type BulkRead } from './wire/page';
import {
  annotationSchema,
  assetFileSchema,
  deliverableSchema,
  inputAssetSchema,
  jobSchema,
  outputSpecSchema,
  productSchema,
  projectSchema,
  studioFileSchema,
  type StudioFile,
} from './wire/records';
import { taskSchema } from './wire/task';

const DEFAULT_SEGMENT = 'extpost';
/** The guide's other spelling, tried after a 404 (docs/reference/creative-force.md#listing-path). */
const LISTING_FALLBACK_SEGMENT = 'expost';

/** One studio's calls of the External Post API. Every method throws RemoteCallError, or the signal's reason. */
export interface CreativeForceClient {
  readTask(task: TaskReference, signal?: AbortSignal): Promise<Task>;
  readAnnotations(task: TaskReference, signal?: AbortSignal): Promise<Annotation[]>;
  /** One request for all ids; none when there are none. Names the ids that were not returned. */
  readInputAssets(assetIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<InputAsset>>;
  /** The same assets as downloadable files, whose `fileId` is the asset's id. Their addresses are secrets. */
  readAssetFiles(assetIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<StudioFile>>;
  readFiles(fileIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<StudioFile>>;
  readSpecs(type: ContentCreationType, specIds: readonly string[], signal?: AbortSignal): Promise<BulkRead<OutputSpec>>;
  readJob(jobId: string, signal?: AbortSignal): Promise<Job>;
  readProduct(productId: string, signal?: AbortSignal): Promise<Product>;
  readProject(projectId: string, signal?: AbortSignal): Promise<Project>;
  readDeliverable(deliverableId: string, signal?: AbortSignal): Promise<Deliverable>;
  startTask(task: TaskReference, signal?: AbortSignal): Promise<void>;
  /** One request for all files; a file without an address is in `refused`, with the reason. */
  requestUploadAddresses(request: UploadAddressRequest, signal?: AbortSignal): Promise<UploadAddresses>;
  /** Not idempotent: after an error with `mayHaveActed`, read the task before sending again. */
  submitAssets(task: TaskReference, assets: readonly SubmittedAsset[], signal?: AbortSignal): Promise<void>;
  /** Pages count from 1. Not every studio lists `editorial` (docs/reference/assumptions.md#editorial-listing). */
  listTasks(
    request: { vendorId: string; pageNumber: number; pageSize: number; flavour?: ContentCreationType | undefined },
    signal?: AbortSignal,
  ): Promise<{ rows: ListedTask[]; isLast: boolean; unread?: UnreadableRows }>;
}

/** A client for one studio. It has its own token and shares the process's request budget. */
export function createCreativeForceClient(
  settings: CreativeForceSettings,
  dependencies: CreativeForceDependencies,
): CreativeForceClient {
  const gateway = new Gateway(settings, dependencies);
  const { pathSegment = DEFAULT_SEGMENT, propertyNames } = settings;
  const listingSegment = settings.listingSegment ?? pathSegment;
  /** The segments that are known to work, by flavour. */
  const listingSegments: Record<ContentCreationType, string> = { ecom: listingSegment, editorial: listingSegment };

  const taskCall = ({ taskId, contentCreationType }: TaskReference, rest = '') => ({
    path: `${prefixOf(contentCreationType)}/${pathSegment}/tasks/{taskId}${rest}`,
    params: { taskId },
  });

  const readRecord = <T>(
    path: string,
    params: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => gateway.read({ method: 'GET', path, params, signal }, schema);

  const readBulk = async <T>(
    { path, key, ids }: { readonly path: string; readonly key: string; readonly ids: readonly string[] },
    row: z.ZodType<T>,
    idOf: (row: T) => string,
    signal: AbortSignal | undefined,
  ): Promise<BulkRead<T>> => {
    if (ids.length === 0) return { found: [], missing: [] };
    const body: unknown = settings.bulkRequest === 'bare' ? ids : { [key]: ids };
    const { rows } = await gateway.read({ method: 'POST', path, body, signal }, pageSchema(row));
    return toBulkRead(rows, ids, idOf);
  };
  const assetsPath = { path: '/assets/bulk-get-assets', key: 'assetIds' };

  return {
    readTask: (task, signal) =>
      gateway.read({ method: 'GET', ...taskCall(task), signal }, taskSchema(task, propertyNames)),

    readAnnotations: async (task, signal) => {
      const call = { method: 'GET', ...taskCall(task, '/annotation'), signal } as const;
      return (await gateway.read(call, pageSchema(annotationSchema))).rows;
    },

    readInputAssets: (ids, signal) =>
      readBulk({ ...assetsPath, ids }, inputAssetSchema, ({ assetId }) => assetId, signal),

    readAssetFiles: (ids, signal) => readBulk({ ...assetsPath, ids }, assetFileSchema, ({ fileId }) => fileId, signal),

    readFiles: (ids, signal) => {
      const call = { path: '/files/bulk-get-files', key: 'fileIds', ids };
      return readBulk(call, studioFileSchema, ({ fileId }) => fileId, signal);
    },

    readSpecs: (type, ids, signal) => {
      const call = { path: `${prefixOf(type)}/specs/bulk-get-specs`, key: 'specIds', ids };
      return readBulk(call, outputSpecSchema, ({ specId }) => specId, signal);
    },

    readJob: (jobId, signal) => readRecord('/jobs/{jobId}', { jobId }, jobSchema(propertyNames), signal),

    readProduct: (productId, signal) =>
      readRecord('/products/{productId}', { productId }, productSchema(propertyNames), signal),

    readProject: (projectId, signal) =>
      readRecord('/editorial/projects/{projectId}', { projectId }, projectSchema(propertyNames), signal),

    readDeliverable: (deliverableId, signal) => {
      const path = '/editorial/deliverables/{deliverableId}';
      return readRecord(path, { deliverableId }, deliverableSchema(propertyNames), signal);
    },

    startTask: (task, signal) => gateway.write({ method: 'PUT', ...taskCall(task, '/start'), signal }),

    requestUploadAddresses: (request, signal) => {
      const body = encodeUploadRequest(request, settings);
      const schema = uploadAddressesSchema(request.files.map(({ localId }) => localId));
      return gateway.read({ method: 'POST', path: '/assets/get-presigned-url', body, signal }, schema);
    },

    submitAssets: (task, assets, signal) =>
      gateway.write({
        method: 'POST',
        ...taskCall(task, '/submit-assets'),
        body: encodeSubmission(assets),
        signal,
      }),

    listTasks: async (request, signal) => {
      const { flavour = 'ecom', vendorId, pageNumber, pageSize } = request;
      const query = {
        postProductionVendorId: vendorId,
        pageNumber: String(pageNumber),
        pageSize: String(pageSize),
      };
      const readPage = (segment: string) => {
        const path = `${prefixOf(flavour)}/${segment}/tasks`;
        return gateway.read({ method: 'GET', path, query, signal }, listingPageSchema(flavour));
      };
      const page = await readPage(listingSegments[flavour]).catch(async (error: unknown) => {
        const isUnknownPath = error instanceof RemoteCallError && error.kind === 'not found';
        const mayBeMisspelt = settings.listingSegment === undefined && listingSegments[flavour] === DEFAULT_SEGMENT;
        if (!isUnknownPath || !mayBeMisspelt) throw error;
        const found = await readPage(LISTING_FALLBACK_SEGMENT).catch(() => {
          signal?.throwIfAborted();
          // The error of the default spelling is the one that a person can act on.
          throw error;
        });
        listingSegments[flavour] = LISTING_FALLBACK_SEGMENT;
        return found;
      });
      const { rows, unread } = page;
      return { rows, isLast: isLastPage(page, request), ...(unread.count > 0 && { unread }) };
    },
  };
}

/** Editorial has its own paths only for tasks and specs (docs/reference/creative-force.md#flavours). */
export function prefixOf(type: ContentCreationType): string {
  // A read is not repeated in the other flavour after a 404: start and submit would then be refused, after costly steps.
  return type === 'editorial' ? '/editorial' : '';
}
