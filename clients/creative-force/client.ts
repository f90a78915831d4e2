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
} from '../../domain/task';
import { RemoteCallError } from '../remote-call-error';
import { annotationSchema } from './annotation';
import { deliverableSchema } from './deliverable';
import { Gateway } from './gateway';
import { inputAssetSchema } from './input-asset';
import { jobSchema } from './job';
import { isLastPage, listedTaskSchema, type ListedTask } from './listing';
import { outputSpecSchema } from './output-spec';
import { pageSchema } from './page';
import { productSchema } from './product';
import { projectSchema } from './project';
import type { CreativeForceSettings, CreativeForceTools } from './settings';
import { encodeSubmission, type SubmittedAsset } from './submission';
import { taskSchema } from './task';
import {
  encodeUploadRequest,
  uploadAddressesSchema,
  type UploadAddresses,
  type UploadRequest,
} from './upload-addresses';

const DEFAULT_SEGMENT = 'extpost';
/** How the guide spells the listing (creative-force.md §6): tried once when the listing alone answers 404. */
const LISTING_FALLBACK_SEGMENT = 'expost';

/** One studio's calls of the External Post API. Every method throws RemoteCallError, or the signal's reason. */
export interface CreativeForceClient {
  readTask(task: TaskReference, signal?: AbortSignal): Promise<Task>;
  readAnnotations(task: TaskReference, signal?: AbortSignal): Promise<Annotation[]>;
  /** One request; ids that Creative Force does not return are missing from the result. */
  readInputAssets(assetIds: readonly string[], signal?: AbortSignal): Promise<InputAsset[]>;
  /** One request; ids that Creative Force does not return are missing from the result. */
  readSpecs(type: ContentCreationType, specIds: readonly string[], signal?: AbortSignal): Promise<OutputSpec[]>;
  readJob(jobId: string, signal?: AbortSignal): Promise<Job>;
  readProduct(productId: string, signal?: AbortSignal): Promise<Product>;
  readProject(projectId: string, signal?: AbortSignal): Promise<Project>;
  readDeliverable(deliverableId: string, signal?: AbortSignal): Promise<Deliverable>;
  startTask(task: TaskReference, signal?: AbortSignal): Promise<void>;
  /** One request for all files; a file without an address is in `refused`, with the reason. */
  requestUploadAddresses(request: UploadRequest, signal?: AbortSignal): Promise<UploadAddresses>;
  /** Not idempotent: after an error with `mayHaveActed`, read the task before sending again. */
  submitAssets(task: TaskReference, assets: readonly SubmittedAsset[], signal?: AbortSignal): Promise<void>;
  /** One page, from 1. */
  listTasks(
    request: { vendorId: string; pageNumber: number; pageSize: number },
    signal?: AbortSignal,
  ): Promise<{ rows: ListedTask[]; isLast: boolean }>;
}

/** A client for one studio: its own token, the process's budget. */
export function createCreativeForceClient(
  settings: CreativeForceSettings,
  tools: CreativeForceTools,
): CreativeForceClient {
  const gateway = new Gateway(settings, tools);
  const segment = settings.pathSegment ?? DEFAULT_SEGMENT;
  let listingSegment = segment;

  const taskPath = (task: TaskReference, rest = '') =>
    `${flavour(task.contentCreationType)}/${segment}/tasks/{taskId}${rest}`;

  const bulk = (key: string, ids: readonly string[]): unknown =>
    settings.bulkRequest === 'bare' ? ids : { [key]: ids };

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

    readInputAssets: async (assetIds, signal) => {
      if (assetIds.length === 0) return [];
      const call = {
        method: 'POST',
        path: '/assets/bulk-get-assets',
        body: bulk('assetIds', assetIds),
        signal,
      } as const;
      const { rows } = await gateway.read(call, pageSchema(inputAssetSchema));
      return onlyAsked(rows, assetIds, ({ assetId }) => assetId);
    },

    readSpecs: async (type, specIds, signal) => {
      if (specIds.length === 0) return [];
      const path = `${flavour(type)}/specs/bulk-get-specs`;
      const call = { method: 'POST', path, body: bulk('specIds', specIds), signal } as const;
      const { rows } = await gateway.read(call, pageSchema(outputSpecSchema));
      return onlyAsked(rows, specIds, ({ specId }) => specId);
    },

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
      const readPage = (ofSegment: string) =>
        gateway.read(
          {
            method: 'GET',
            path: `/${ofSegment}/tasks`,
            query: {
              postProductionVendorId: request.vendorId,
              pageNumber: String(request.pageNumber),
              pageSize: String(request.pageSize),
            },
            signal,
          },
          pageSchema(listedTaskSchema),
        );
      const page = await readPage(listingSegment).catch(async (error: unknown) => {
        const isUnknownPath = error instanceof RemoteCallError && error.kind === 'not found';
        if (!isUnknownPath || listingSegment !== DEFAULT_SEGMENT) throw error;
        const found = await readPage(LISTING_FALLBACK_SEGMENT).catch(() => {
          signal?.throwIfAborted();
          // The first answer is the one that a person can act on.
          throw error;
        });
        listingSegment = LISTING_FALLBACK_SEGMENT;
        return found;
      });
      return { rows: page.rows, isLast: isLastPage(page, request) };
    },
  };
}

/** Of the calls that both flavours share, editorial has its own paths for tasks and specs only (creative-force.md §15 row 5). */
function flavour(type: ContentCreationType): string {
  return type === 'editorial' ? '/editorial' : '';
}

/** What was asked for, once each, in whatever letter case the ids were given. */
function onlyAsked<T>(rows: readonly T[], asked: readonly string[], idOf: (row: T) => string): T[] {
  const byId = new Map(rows.map((row) => [idOf(row).toLowerCase(), row]));
  return [...new Set(asked.map((known) => known.toLowerCase()))].flatMap((known) => byId.get(known) ?? []);
}
