import type { z } from 'zod';

import type { SubmittedAsset } from '../../domain/delivery/verdict';
import type { UnreadableRows } from '../../domain/sweep/sweep';
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
import { Gateway, type GatewayCall } from './gateway';
import { pathsOf, type PathName, pathOf } from './paths';
import type { CreativeForceDependencies, CreativeForceSettings } from './settings';
import { annotationPageSchema, toAnnotations } from './wire/annotations';
import {
  encodeSubmission,
  encodeUploadRequest,
  uploadAddressesSchema,
  type UploadAddresses,
  type UploadAddressRequest,
} from './wire/delivery';
import { isLastPage, listingPageSchema, type ListedTask } from './wire/listing';
import type { NextPage } from './wire/next-page';
import { isFollowed, pageSchema, toBulkRead, type BulkRead, type Page } from './wire/page';
import {
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

const METHOD_NOT_ALLOWED = 405;
/** Less is how long answers take, and how coarse `Date` is. */
const LEAST_CLOCK_DIFFERENCE_MS = 30_000;
/** More pages than any task has notes for, in case a list never ends. */
const MAX_PAGES = 50;

/** One studio's calls of the External Post API. Every method throws RemoteCallError, or the signal's reason. */
export interface CreativeForceClient {
  /** Tries the other flavour, too, if that of the task is guessed; its `contentCreationType` is then the one that answered. */
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
  /**
   * Pages count from 1; `next` is what the page before has named. Not every studio lists `editorial`
   * (docs/reference/assumptions.md#editorial-listing).
   */
  listTasks(request: ListingRequest, signal?: AbortSignal): Promise<ListingPage>;
}

export interface ListingRequest {
  readonly vendorId: string;
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly flavour?: ContentCreationType | undefined;
  readonly next?: NextPage | undefined;
}

export interface ListingPage {
  readonly rows: ListedTask[];
  readonly isLast: boolean;
  /** Absent where pages are asked for by their number. */
  readonly next?: NextPage;
  readonly unread?: UnreadableRows;
}

/** A client for one studio. It has its own token and shares the process's request budget. */
export function createCreativeForceClient(
  settings: CreativeForceSettings,
  dependencies: CreativeForceDependencies,
): CreativeForceClient {
  const gateway = new Gateway(settings, dependencies);
  const { propertyNames, rejectedStatuses } = settings;
  /** The paths that were answered, by call and flavour. */
  const answeredPaths = new Map<string, string>();

  const pathTo = (name: PathName, flavour?: ContentCreationType): string => pathOf(name, settings, flavour);

  const taskCall = (name: PathName, { taskId, contentCreationType }: TaskReference) => ({
    path: pathTo(name, contentCreationType),
    params: { taskId },
  });

  /** Calls by the other spelling of the guide after a 404, and begins with the one that answered last. */
  const withSpellings = async <T>(
    name: PathName,
    flavour: ContentCreationType,
    { isWrite, signal }: { readonly isWrite: boolean; readonly signal: AbortSignal | undefined },
    call: (path: string) => Promise<T>,
  ): Promise<T> => {
    const key = `${flavour} ${name}`;
    const paths = pathsOf(name, settings, flavour);
    const first = answeredPaths.get(key) ?? paths[0] ?? '';
    const other = paths.find((path) => path !== first);
    try {
      return await call(first);
    } catch (error) {
      if (other === undefined || !isUnknownPath(error)) throw error;
      try {
        const answer = await call(other);
        answeredPaths.set(key, other);
        return answer;
      } catch (otherError) {
        signal?.throwIfAborted();
        const mayBeAllowed = !isUnknownPath(otherError) && !isForbidden(otherError);
        if (otherError instanceof RemoteCallError && otherError.kind === 'refused') answeredPaths.set(key, other);
        // A write that was understood, or may have acted, counts; else the first error is the one to act on.
        throw isWrite && mayBeAllowed ? otherError : error;
      }
    }
  };

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
    const page = await gateway.readPage({ method: 'POST', path, body, signal }, pageSchema(row));
    const read = toBulkRead(page.rows, ids, idOf);
    // However an answer pages, what it has left out can be asked for, as long as each answer brings something.
    if (!isFollowed(page, page.rows.length) || read.found.length === 0 || read.missing.length === 0) return read;
    const rest = await readBulk({ path, key, ids: read.missing }, row, idOf, signal);
    return toBulkRead([...read.found, ...rest.found], ids, idOf);
  };

  /** All rows of a list, page by page. */
  const readAll = async <T>(call: GatewayCall, schema: z.ZodType<Page<T>>, idOf: (row: T) => string): Promise<T[]> => {
    let all = new Map<string, T>();
    let next: NextPage | undefined;
    for (let pageNumber = 1; pageNumber <= MAX_PAGES; pageNumber++) {
      const page = await gateway.readPage({ ...call, query: { ...call.query, ...next } }, schema);
      const known = all;
      all = new Map([...known, ...page.rows.map((one) => [idOf(one), one] as const)]);
      // A list that does not page at all would give the same rows for ever.
      if (all.size === known.size || !isFollowed(page, all.size)) break;
      next = page.next ?? { pageNumber: String(pageNumber + 1) };
    }
    return [...all.values()];
  };
  const assetsPath = { path: pathTo('assets'), key: 'assetIds' };

  return {
    readTask: async (task, signal) => {
      const read = async (reference: TaskReference): Promise<Task> => {
        const call = { method: 'GET', ...taskCall('task', reference), signal } as const;
        const { value, clockBehind } = await gateway.readWithClock(call, taskSchema(reference, settings));
        return clockBehind < LEAST_CLOCK_DIFFERENCE_MS ? value : { ...value, clockBehind };
      };
      try {
        return await read(task);
      } catch (error) {
        if (task.isFlavourGuessed !== true || !isUnknownTask(error)) throw error;
        const contentCreationType = task.contentCreationType === 'ecom' ? 'editorial' : 'ecom';
        return await read({ ...task, contentCreationType }).catch((otherError: unknown) => {
          signal?.throwIfAborted();
          throw isUnknownTask(otherError) ? error : otherError;
        });
      }
    },

    readAnnotations: async (task, signal) => {
      const call = { method: 'GET', ...taskCall('annotations', task), signal } as const;
      const rows = await readAll(call, annotationPageSchema, (notes) =>
        notes.map(({ note }) => note.annotationId).join(),
      );
      return toAnnotations(rows.flat());
    },

    readInputAssets: (ids, signal) =>
      readBulk({ ...assetsPath, ids }, inputAssetSchema, ({ assetId }) => assetId, signal),

    readAssetFiles: (ids, signal) => readBulk({ ...assetsPath, ids }, assetFileSchema, ({ fileId }) => fileId, signal),

    readFiles: (ids, signal) => {
      const call = { path: pathTo('files'), key: 'fileIds', ids };
      return readBulk(call, studioFileSchema, ({ fileId }) => fileId, signal);
    },

    readSpecs: (type, ids, signal) => {
      const call = { path: pathTo('specs', type), key: 'specIds', ids };
      return readBulk(call, outputSpecSchema, ({ specId }) => specId, signal);
    },

    readJob: (jobId, signal) => readRecord(pathTo('job'), { jobId }, jobSchema(propertyNames), signal),

    readProduct: (productId, signal) =>
      readRecord(pathTo('product'), { productId }, productSchema(propertyNames), signal),

    readProject: (projectId, signal) =>
      readRecord(pathTo('project'), { projectId }, projectSchema(propertyNames), signal),

    readDeliverable: (deliverableId, signal) =>
      readRecord(pathTo('deliverable'), { deliverableId }, deliverableSchema(propertyNames), signal),

    startTask: (task, signal) => gateway.write({ method: 'PUT', ...taskCall('start', task), signal }),

    requestUploadAddresses: (request, signal) => {
      const body = encodeUploadRequest(request, settings);
      const schema = uploadAddressesSchema(request.files);
      return gateway.read({ method: 'POST', path: pathTo('uploadAddresses'), body, signal }, schema);
    },

    submitAssets: (task, assets, signal) => {
      const { taskId, contentCreationType } = task;
      const body = encodeSubmission(assets);
      return withSpellings('submit', contentCreationType, { isWrite: true, signal }, (path) =>
        gateway.write({ method: 'POST', path, params: { taskId }, body, signal }),
      );
    },

    listTasks: async (request, signal) => {
      const { flavour = 'ecom', vendorId, pageNumber, pageSize, next } = request;
      const query = {
        postProductionVendorId: vendorId,
        ...(next === undefined && { pageNumber: String(pageNumber) }),
        pageSize: String(pageSize),
        ...next,
      };
      const schema = listingPageSchema(flavour, pageNumber === 1, rejectedStatuses);
      const page = await withSpellings('listing', flavour, { isWrite: false, signal }, (path) =>
        gateway.readPage({ method: 'GET', path, query, signal }, schema),
      );
      const { rows, unread } = page;
      const isLast = isLastPage(page, request);
      return { rows, isLast, ...(page.next && !isLast && { next: page.next }), ...(unread.count > 0 && { unread }) };
    },
  };
}

/** Creative Force does not know a task of the other flavour (docs/reference/creative-force.md#flavours). */
function isUnknownTask(error: unknown): boolean {
  return error instanceof RemoteCallError && [400, 404, 410].includes(error.status ?? 0);
}

function isUnknownPath(error: unknown): boolean {
  return error instanceof RemoteCallError && (error.kind === 'not found' || error.status === METHOD_NOT_ALLOWED);
}

function isForbidden(error: unknown): boolean {
  return error instanceof RemoteCallError && (error.kind === 'forbidden' || error.kind === 'unauthorized');
}
