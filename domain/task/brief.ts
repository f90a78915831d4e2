import { chunk } from '../shared/chunk';
import { pluralise, summariseList } from '../shared/text';
import type { TaskFacts } from './task-facts';
import { dueSet } from './due-set';
import type { ShotOutput } from './expected-output';
import type { StudioSettings } from './studio-settings';
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

/** Reads what recipes are resolved against. `reads` selects optional facts, `bulkSize` limits bulk reads. */
export async function readTaskBrief(
  studio: string,
  readers: BriefReaders,
  { reads, bulkSize }: Pick<StudioSettings, 'reads' | 'bulkSize'>,
): Promise<BriefReading> {
  const [task, annotations] = await Promise.all([readers.readTask(), readers.readAnnotations()]);
  const specIds = distinct(
    task.shots.flatMap(({ expectedOutputs }) => expectedOutputs.flatMap(({ specId }) => specId ?? [])),
  );
  const assetIds = reads.inputAssets
    ? distinct(task.shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId)))
    : [];
  const { job, product } = task;
  // An ecom task may carry editorial ids; they mean nothing then.
  const isEditorial = task.contentCreationType === 'editorial';
  const projectId = isEditorial && reads.project ? task.editorialProjectId : undefined;
  const deliverableIds = isEditorial && reads.deliverable ? (task.editorialDeliverableIds ?? []) : [];
  const [specs, inputs, jobRead, productRead, project, deliverables] = await Promise.all([
    inChunks(specIds, bulkSize, (ids) => readers.readSpecs(ids, `Read ${pluralise(ids.length, 'output spec')}`)),
    inChunks(assetIds, bulkSize, (ids) => readers.readInputAssets(ids, `Read ${pluralise(ids.length, 'input asset')}`)),
    reads.job && job?.id !== undefined ? readers.readJob(job.id, `Read job ${job.code ?? job.id}`) : undefined,
    reads.product && product?.id !== undefined
      ? readers.readProduct(product.id, `Read product ${product.code ?? product.id}`)
      : undefined,
    projectId === undefined ? undefined : readers.readProject(projectId, 'Read the project'),
    // There is no bulk read for deliverables.
    Promise.all(
      deliverableIds.map((id, index) => readers.readDeliverable(id, deliverableSummary(index, deliverableIds.length))),
    ),
  ]);
  const facts: TaskFacts = {
    studio,
    task: withInputs(task, inputs),
    specs,
    job: jobRead,
    product: productRead,
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
