import { RemoteCallError } from '../../clients';
import { neededReads } from '../../domain/recipe/needed-reads';
import type { Recipe } from '../../domain/recipe/recipe';
import { type BriefReading, readTaskBrief } from '../../domain/task/brief';
import type { Annotation, ContentCreationType, Task } from '../../domain/task/task';
import { retryTransient } from '../shared/retry';
import type { StudioClients } from '../shared/studio-clients';

export interface ReadOptions {
  /** Absent: an ecom task or, when there is none, an editorial one. */
  readonly flavour?: ContentCreationType | undefined;
  /** The optional reads follow from what these mention; without recipes all are made. */
  readonly recipes?: readonly Recipe[] | undefined;
  readonly signal: AbortSignal;
}

const allReads = { job: true, product: true, project: true, deliverable: true, inputAssets: true, ifMissing: [] };

/** Reads a task as a worker does at the start of a round, but with clients instead of activities. Changes nothing. */
export async function readBrief(
  { name: studio, creativeForce, settings }: StudioClients,
  taskId: string,
  { flavour, recipes, signal }: ReadOptions,
): Promise<BriefReading> {
  const retry = <T>(read: () => Promise<T>): Promise<T> => retryTransient(read, { signal });
  const readTask = (contentCreationType: ContentCreationType): Promise<Task> =>
    retry(() => creativeForce.readTask({ studio, taskId, contentCreationType }, signal));
  const task = flavour === undefined ? await readEitherFlavour(readTask, signal) : await readTask(flavour);
  const { contentCreationType } = task;
  return readTaskBrief(
    studio,
    {
      readTask: () => Promise.resolve(task),
      readAnnotations: () =>
        retry(() => creativeForce.readAnnotations({ studio, taskId, contentCreationType }, signal)).catch(
          undefinedWhenForbidden,
        ),
      readSpecs: async (ids) => (await retry(() => creativeForce.readSpecs(contentCreationType, ids, signal))).found,
      readInputAssets: async (ids) => (await retry(() => creativeForce.readInputAssets(ids, signal))).found,
      readJob: (id) => retry(() => creativeForce.readJob(id, signal)),
      readProduct: (id) => retry(() => creativeForce.readProduct(id, signal)),
      readProject: (id) => retry(() => creativeForce.readProject(id, signal)),
      readDeliverable: (id) => retry(() => creativeForce.readDeliverable(id, signal)),
    },
    {
      reads: recipes === undefined ? allReads : neededReads(recipes),
      bulkSize: settings.creativeForce.bulkSize,
    },
  );
}

/** Creative Force does not know a task of the other flavour (docs/reference/creative-force.md#flavours). */
async function readEitherFlavour(
  readTask: (flavour: ContentCreationType) => Promise<Task>,
  signal: AbortSignal,
): Promise<Task> {
  try {
    return await readTask('ecom');
  } catch (error) {
    const isUnknown = error instanceof RemoteCallError && (error.status === 400 || error.status === 404);
    if (!isUnknown) throw error;
    return readTask('editorial').catch(() => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

function undefinedWhenForbidden(error: unknown): Annotation[] | undefined {
  const isForbidden = error instanceof RemoteCallError && (error.kind === 'forbidden' || error.kind === 'not found');
  if (!isForbidden) throw error;
  return undefined;
}
