import { chunk } from '../shared/chunk';
import { pluralise, summariseList } from '../shared/text';
import type { TaskFacts } from './task-facts';
import type { TaskHints } from './task-event';
import { dueSet } from './due-set';
import type { ShotOutput } from './expected-output';
import type { OftenInTask, StudioSettings } from './studio-settings';
import type { Annotation, Deliverable, InputAsset, Job, OutputSpec, Product, Project, Task } from './task';

const MAX_NAMED_IDS = 5;

/** How parts of a brief are read; `summary` describes the call. Bulk reads may omit ids; other failures are thrown. */
export interface BriefReaders {
  readonly readTask: () => Promise<Task>;
  /** `undefined` when the studio's role may not read them. */
  readonly readAnnotations: () => Promise<readonly Annotation[] | undefined>;
  readonly readSpecs: (specIds: string[], summary: string) => Promise<readonly OutputSpec[]>;
  readonly readInputAssets: (assetIds: string[], summary: string) => Promise<readonly InputAsset[]>;
  readonly readJob: (jobId: string, summary: string) => Promise<Job>;
  readonly readProduct: (productId: string, summary: string) => Promise<Product>;
  readonly readProject: (projectId: string, summary: string) => Promise<Project>;
  readonly readDeliverable: (deliverableId: string, summary: string) => Promise<Deliverable>;
}

export interface BriefReading {
  readonly facts: TaskFacts;
  readonly due: readonly ShotOutput[];
  /** `undefined` when the studio's role may not read them. */
  readonly annotations: readonly Annotation[] | undefined;
  readonly warnings: readonly string[];
}

/**
 * Reads what recipes are resolved against. `reads` selects optional facts, `bulkSize` limits bulk reads. `hints` are ids that an
 * event told: what they name is read along with the task, and they stand in for ids that the task lacks.
 */
export async function readTaskBrief(
  studio: string,
  readers: BriefReaders,
  { reads, bulkSize }: Pick<StudioSettings, 'reads' | 'bulkSize'>,
  hints: TaskHints = {},
): Promise<BriefReading> {
  const early = startEarlyReads(readers, reads, hints);
  const [task, annotations] = await Promise.all([readers.readTask(), readers.readAnnotations()]);
  const specIds = distinct(
    task.shots.flatMap(({ expectedOutputs }) => expectedOutputs.flatMap(({ specId }) => specId ?? [])),
  );
  const assetIds = reads.inputAssets
    ? distinct(task.shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId)))
    : [];
  // An ecom task may carry editorial ids; they mean nothing then.
  const isEditorial = task.contentCreationType === 'editorial';
  const lacks = missingIn(task);
  const isNeeded = (root: 'job' | 'product') =>
    reads[root] || reads.ifMissing.some((variable) => ownersOf[variable] === root && lacks(variable));
  const jobId = isNeeded('job') ? (task.job?.id ?? hints.jobId) : undefined;
  const productId = isNeeded('product') ? (task.product?.id ?? hints.productId) : undefined;
  const projectId = isEditorial && reads.project ? (task.editorialProjectId ?? hints.projectId) : undefined;
  const deliverableIds =
    isEditorial && reads.deliverable ? (task.editorialDeliverableIds ?? hints.deliverableIds ?? []) : [];
  const [specs, inputs, jobRead, productRead, project, deliverables] = await Promise.all([
    inChunks(specIds, bulkSize, (ids) => readers.readSpecs(ids, `Read ${pluralise(ids.length, 'output spec')}`)),
    inChunks(assetIds, bulkSize, (ids) => readers.readInputAssets(ids, `Read ${pluralise(ids.length, 'input asset')}`)),
    jobId === undefined
      ? undefined
      : early('job', jobId, () => readers.readJob(jobId, `Read job ${task.job?.code ?? jobId}`)),
    productId === undefined
      ? undefined
      : early('product', productId, () =>
          readers.readProduct(productId, `Read product ${task.product?.code ?? productId}`),
        ),
    projectId === undefined ? undefined : readers.readProject(projectId, 'Read the project'),
    // There is no bulk read for deliverables.
    Promise.all(
      deliverableIds.map((id, index) => readers.readDeliverable(id, deliverableSummary(index, deliverableIds.length))),
    ),
  ]);
  const known = { job: jobRead, product: productRead };
  const facts: TaskFacts = {
    studio,
    task: withKnown(withInputs(task, inputs), known, hints),
    specs,
    ...known,
    project,
    deliverables: deliverables.length === 0 ? undefined : deliverables,
  };
  const warnings = [
    ...(annotations === undefined ? [ANNOTATIONS_FORBIDDEN] : []),
    ...missingIds(
      'output spec',
      specIds,
      specs.map(({ specId }) => specId),
    ),
    ...missingIds(
      'input asset',
      assetIds,
      inputs.map(({ assetId }) => assetId),
    ),
  ];
  return { facts, due: dueSet(task, annotations ?? []), annotations, warnings };
}

const ownersOf: Readonly<Record<OftenInTask, 'job' | 'product'>> = {
  'job.code': 'job',
  'product.code': 'product',
  'product.cfCode': 'product',
  'task.deadline': 'job',
};

function missingIn({ job, product, deadline }: Task): (variable: OftenInTask) => boolean {
  const values: Readonly<Record<OftenInTask, unknown>> = {
    'job.code': job?.code,
    'product.code': product?.code,
    'product.cfCode': product?.cfCode,
    'task.deadline': deadline,
  };
  return (variable) => values[variable] === undefined;
}

/** Reads what the hints name along with the task; a failure counts only if the task names the same. */
function startEarlyReads(readers: BriefReaders, reads: StudioSettings['reads'], { jobId, productId }: TaskHints) {
  const begun = new Map<string, Promise<unknown>>();
  if (reads.job && jobId !== undefined) begun.set(`job ${jobId}`, readers.readJob(jobId, `Read job ${jobId}`));
  if (reads.product && productId !== undefined) {
    begun.set(`product ${productId}`, readers.readProduct(productId, `Read product ${productId}`));
  }
  for (const read of begun.values()) read.catch(() => undefined);
  return <T>(what: 'job' | 'product', id: string, read: () => Promise<T>): Promise<T> =>
    (begun.get(`${what} ${id}`) as Promise<T> | undefined) ?? read();
}

/** The task with what was read elsewhere, or told by an event, where its own detail lacks it. */
export function withKnown(
  task: Task,
  { job, product }: Pick<TaskFacts, 'job' | 'product'>,
  hints: TaskHints = {},
): Task {
  const jobCode = task.job?.code ?? job?.code ?? hints.jobCode;
  const productCode = task.product?.code ?? product?.code ?? hints.productCode;
  const cfCode = task.product?.cfCode ?? product?.cfCode;
  return {
    ...task,
    deadline: task.deadline ?? job?.deadline,
    ...((task.job !== undefined || jobCode !== undefined) && { job: { ...task.job, code: jobCode } }),
    ...((task.product !== undefined || productCode !== undefined || cfCode !== undefined) && {
      product: { ...task.product, code: productCode, cfCode },
    }),
  };
}

const ANNOTATIONS_FORBIDDEN =
  'The studio’s role may not read annotations, so instructions and rejection notes are unknown here. Ask the studio to tick "annotation" in the role.';

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function deliverableSummary(index: number, count: number): string {
  return count === 1 ? 'Read the deliverable' : `Read deliverable ${index + 1} of ${count}`;
}

async function inChunks<Answer>(
  ids: readonly string[],
  size: number,
  read: (ids: string[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  return (await Promise.all(chunk(ids, size).map(read))).flat();
}

function withInputs(task: Task, inputs: readonly InputAsset[]): Task {
  const read = new Map(inputs.map((asset) => [asset.assetId, asset]));
  return {
    ...task,
    shots: task.shots.map((shot) => ({
      ...shot,
      inputs: shot.inputs.map((input) => ({ ...input, ...read.get(input.assetId) })),
    })),
  };
}

function missingIds(what: string, requested: readonly string[], found: readonly string[]): string[] {
  const known = new Set(found.map((id) => id.toLowerCase()));
  const missing = requested.filter((id) => !known.has(id.toLowerCase()));
  if (missing.length === 0) return [];
  return [
    `Creative Force was asked for ${pluralise(requested.length, what)} and did not send ${missing.length}: ` +
      `${summariseList(missing, ', ', MAX_NAMED_IDS)}. They may have been deleted, or the studio’s role may not see them.`,
  ];
}
