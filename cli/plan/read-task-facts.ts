import { chunk } from '../../domain/shared/chunk';
import { RemoteCallError } from '../../clients';
import { dueSet } from '../../domain/task/due-set';
import type { ShotOutput } from '../../domain/task/expected-output';
import { neededReads } from '../../domain/recipe/needed-reads';
import type { Recipe } from '../../domain/recipe/recipe';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { Annotation, ContentCreationType, Task, TaskReference } from '../../domain/task/task';
import { pluralise } from '../../domain/shared/text';
import { retryTransient } from '../shared/retry';
import type { StudioClients } from '../shared/studio-clients';

/** What was read of a task, and what it wants now. */
export interface TaskFactsRead {
  readonly facts: TaskFacts;
  readonly due: readonly ShotOutput[];
  /** Absent when the studio's role may not read them. */
  readonly annotations?: readonly Annotation[] | undefined;
  /** What could not be read, in sentences. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  /** Absent: an ecom task, and when there is none, an editorial one. */
  readonly flavour?: ContentCreationType | undefined;
  /** The optional reads follow from what these mention; all are made when they are absent. */
  readonly recipes?: readonly Recipe[] | undefined;
  readonly signal: AbortSignal;
}

type Reads = ReturnType<typeof neededReads>;

const ALL_READS: Reads = { job: true, product: true, project: true, deliverable: true, inputAssets: true };

/** Reads what recipes are resolved against, as a worker does at the beginning of a round; it changes nothing there. */
export async function readTaskFacts(
  studio: StudioClients,
  taskId: string,
  options: ReadOptions,
): Promise<TaskFactsRead> {
  const { signal } = options;
  const task = await readEitherFlavour(studio, taskId, options);
  const reference: TaskReference = { studio: studio.name, taskId, contentCreationType: task.contentCreationType };
  const remarks: string[] = [];
  const reads = options.recipes === undefined ? ALL_READS : neededReads(options.recipes);
  const [annotations, facts] = await Promise.all([
    readAnnotations(studio, reference, remarks, signal),
    readFacts(studio, task, reads, remarks, signal),
  ]);
  return { facts, due: dueSet(task, annotations ?? []), annotations, warnings: remarks };
}

async function readEitherFlavour(studio: StudioClients, taskId: string, options: ReadOptions): Promise<Task> {
  const { flavour, signal } = options;
  const read = (contentCreationType: ContentCreationType) =>
    retryTransient(() => studio.creativeForce.readTask({ studio: studio.name, taskId, contentCreationType }, signal), {
      signal,
    });
  if (flavour !== undefined) return read(flavour);
  try {
    return await read('ecom');
  } catch (error) {
    const isUnknown = error instanceof RemoteCallError && (error.status === 400 || error.status === 404);
    if (!isUnknown) throw error;
    // Creative Force says of a task of the other flavour that it does not know it
    // (docs/reference/creative-force.md#flavours).
    return read('editorial').catch(() => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

async function readAnnotations(
  studio: StudioClients,
  task: TaskReference,
  remarks: string[],
  signal: AbortSignal,
): Promise<Annotation[] | undefined> {
  try {
    return await retryTransient(() => studio.creativeForce.readAnnotations(task, signal), { signal });
  } catch (error) {
    const isRefused = error instanceof RemoteCallError && (error.kind === 'forbidden' || error.kind === 'not found');
    if (!isRefused) throw error;
    remarks.push(
      'The studio’s role may not read annotations, so rejection notes are unknown here. Ask the studio to tick "annotation" in the role.',
    );
    return undefined;
  }
}

async function readFacts(
  { name, creativeForce, settings }: StudioClients,
  task: Task,
  reads: Reads,
  remarks: string[],
  signal: AbortSignal,
): Promise<TaskFacts> {
  const ask = <T>(read: () => Promise<T>): Promise<T> => retryTransient(read, { signal });
  const isEditorial = task.contentCreationType === 'editorial';
  const { job, product, editorialProjectId: projectId, editorialDeliverableIds: deliverableIds = [] } = task;
  const specIds = task.shots.flatMap((shot) => shot.expectedOutputs.flatMap(({ specId }) => specId ?? []));
  const assetIds = reads.inputAssets ? task.shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId)) : [];
  const { bulkSize } = settings.creativeForce;
  const [specs, inputs, ...others] = await Promise.all([
    inChunks(specIds, bulkSize, (ids) => ask(() => creativeForce.readSpecs(task.contentCreationType, ids, signal))),
    inChunks(assetIds, bulkSize, (ids) => ask(() => creativeForce.readInputAssets(ids, signal))),
    reads.job && job?.id !== undefined ? ask(() => creativeForce.readJob(job.id ?? '', signal)) : undefined,
    reads.product && product?.id !== undefined
      ? ask(() => creativeForce.readProduct(product.id ?? '', signal))
      : undefined,
    isEditorial && reads.project && projectId !== undefined
      ? ask(() => creativeForce.readProject(projectId, signal))
      : undefined,
    isEditorial && reads.deliverable && deliverableIds.length > 0
      ? Promise.all(deliverableIds.map((id) => ask(() => creativeForce.readDeliverable(id, signal))))
      : undefined,
  ]);
  const missing = [...specs.missing, ...inputs.missing];
  if (missing.length > 0) {
    remarks.push(`Creative Force did not send ${pluralise(missing.length, 'spec or asset')}: ${missing.join(', ')}.`);
  }
  const read = new Map(inputs.found.map((asset) => [asset.assetId, asset]));
  const shots = task.shots.map((shot) => ({
    ...shot,
    inputs: shot.inputs.map((input) => ({ ...input, ...read.get(input.assetId) })),
  }));
  const [jobRead, productRead, project, deliverables] = others;
  return {
    studio: name,
    task: { ...task, shots },
    specs: specs.found,
    job: jobRead,
    product: productRead,
    project,
    deliverables,
  };
}

async function inChunks<T>(
  ids: readonly string[],
  size: number,
  read: (ids: string[]) => Promise<{ found: T[]; missing: string[] }>,
): Promise<{ found: T[]; missing: string[] }> {
  const answers = await Promise.all(chunk([...new Set(ids)], size).map(read));
  return { found: answers.flatMap(({ found }) => found), missing: answers.flatMap(({ missing }) => missing) };
}
