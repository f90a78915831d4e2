import { chunk } from '../domain/shared/chunk';
import { dueSet } from '../domain/task/due-set';
import { expectedOutputKey, expectedOutputLabel, type ShotOutput } from '../domain/task/expected-output';
import { failureTypes } from '../domain/shared/failure-type';
import { specOf, type TaskFacts } from '../domain/task/task-facts';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { Annotation, Deliverable, InputAsset, Task } from '../domain/task/task';
import { pluralise } from '../domain/shared/text';
import { failureTypeOf, remoteDetailsOf } from './needs-attention';
import { gatewayRead } from './profiles';
import type { TaskStory } from './task-story';

/** Ids that one remark names. */
const MOST_NAMED = 5;

/** What was read at the start of a round: the facts, and what must be delivered. */
export interface Brief {
  readonly facts: TaskFacts;
  readonly due: readonly ShotOutput[];
  readonly annotations: readonly Annotation[];
  /** When the task itself was read; Unix milliseconds of workflow time. */
  readonly readAt: number;
}

/** Thrown when Creative Force no longer knows the task (docs/reference/assumptions.md#gone). */
export class TaskGone extends Error {
  override readonly name = 'TaskGone';
}

/** Reads a task; {@link TaskGone} when it is not there any more. */
export async function readTask(
  story: TaskStory,
  summary: string,
  urgency: 'work' | 'finish' = 'work',
): Promise<{ task: Task; readAt: number }> {
  const task = await orGone(story, () => gatewayRead(story.task.studio, summary, urgency).readTask(story.task));
  story.saw(task);
  return { task, readAt: Date.now() };
}

type Reading<T> = () => Promise<T>;

/** Runs what reads the task; {@link TaskGone} when it is not there any more. */
export async function orGone<T>(story: TaskStory, read: Reading<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const status = remoteDetailsOf(error)?.status;
    // Before it has been read once, the same answer may as well mean a wrong address or a missing permission.
    if (story.wasRead && (status === 400 || status === 404 || status === 410)) {
      throw new TaskGone(
        'Creative Force no longer knows this task: it was probably deleted, reset or given to another vendor.',
      );
    }
    throw error;
  }
}

/** Reads everything that this round needs to know; independent reads run side by side. */
export async function readBrief(story: TaskStory, settings: StudioSettings): Promise<Brief> {
  const { studio } = story.task;
  story.enter('Brief', 'Reading the task.');
  const [{ task, readAt }, annotations] = await Promise.all([readTask(story, 'Read the task'), readAnnotations(story)]);
  story.introduce(task);

  const specIds = [
    ...new Set(task.shots.flatMap(({ expectedOutputs }) => expectedOutputs.flatMap(({ specId }) => specId ?? []))),
  ];
  const assetIds = settings.reads.inputAssets
    ? task.shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId))
    : [];
  const reads = editorialReads(task, settings);
  const [specs, inputs, job, product, project, deliverables] = await Promise.all([
    inChunks(specIds, settings.bulkSize, (ids) =>
      gatewayRead(studio, `Read ${pluralise(ids.length, 'output spec')}`).readSpecs({ task: story.task, specIds: ids }),
    ),
    inChunks(assetIds, settings.bulkSize, (ids) =>
      gatewayRead(studio, `Read ${pluralise(ids.length, 'input asset')}`).readInputAssets({ studio, assetIds: ids }),
    ),
    settings.reads.job && task.job?.id !== undefined
      ? gatewayRead(studio, `Read job ${task.job.code ?? task.job.id}`).readJob({ studio, jobId: task.job.id })
      : undefined,
    settings.reads.product && task.product?.id !== undefined
      ? gatewayRead(studio, `Read product ${task.product.code ?? task.product.id}`).readProduct({
          studio,
          productId: task.product.id,
        })
      : undefined,
    reads.projectId === undefined
      ? undefined
      : gatewayRead(studio, 'Read the project').readProject({ studio, projectId: reads.projectId }),
    readDeliverables(studio, reads.deliverableIds),
  ]);
  remarkMissing(
    story,
    'output spec',
    specIds,
    specs.map(({ specId }) => specId),
  );
  remarkMissing(
    story,
    'input asset',
    assetIds,
    inputs.map(({ assetId }) => assetId),
  );
  const facts: TaskFacts = { studio, task: withInputs(task, inputs), specs, job, product, project, deliverables };
  story.introduce(task, facts);
  const due = dueSet(task, annotations);
  showDue(story, facts, due);
  return { facts, due, annotations, readAt };
}

/** Which editorial facts are to be read; none for an ecom task, whatever ids it carries. */
function editorialReads(
  task: Task,
  { reads }: StudioSettings,
): { projectId: string | undefined; deliverableIds: readonly string[] } {
  if (task.contentCreationType !== 'editorial') return { projectId: undefined, deliverableIds: [] };
  return {
    projectId: reads.project ? task.editorialProjectId : undefined,
    deliverableIds: reads.deliverable ? (task.editorialDeliverableIds ?? []) : [],
  };
}

/**
 * There is no bulk read for deliverables (docs/reference/creative-force.md#endpoints), so each is a call of its own.
 */
async function readDeliverables(studio: string, ids: readonly string[]): Promise<Deliverable[] | undefined> {
  if (ids.length === 0) return undefined;
  return Promise.all(
    ids.map((deliverableId, index) =>
      gatewayRead(
        studio,
        ids.length === 1 ? 'Read the deliverable' : `Read deliverable ${index + 1} of ${ids.length}`,
      ).readDeliverable({ studio, deliverableId }),
    ),
  );
}

/**
 * Annotations are a help, not a need: a role without that permission still delivers
 * (docs/reference/creative-force.md#forgotten-permissions).
 */
async function readAnnotations(story: TaskStory): Promise<Annotation[]> {
  try {
    return await gatewayRead(story.task.studio, 'Read instructions and rejection notes').readAnnotations(story.task);
  } catch (error) {
    const type = failureTypeOf(error);
    if (type !== failureTypes.forbidden && type !== failureTypes.notFound) throw error;
    story.remark(
      'The studio’s role may not read annotations, so instructions and rejection notes are unknown here. Ask the studio to tick "annotation" in the role.',
    );
    return [];
  }
}

function showDue(story: TaskStory, facts: TaskFacts, due: readonly ShotOutput[]): void {
  story.showFiles(
    due.map((output) => ({
      label: expectedOutputLabel(output, specOf(facts, output)),
      fileName: output.expected.name ?? expectedOutputKey(output.expected),
      state: 'wanted',
    })),
  );
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

async function inChunks<Id, Answer>(
  ids: readonly Id[],
  size: number,
  read: (ids: Id[]) => Promise<Answer[]>,
): Promise<Answer[]> {
  return (await Promise.all(chunk(ids, size).map(read))).flat();
}

/** Names what was asked for and did not come back: deleted, or not for this role to see. */
function remarkMissing(story: TaskStory, what: string, asked: readonly string[], found: readonly string[]): void {
  const came = new Set(found.map((id) => id.toLowerCase()));
  const missing = [...new Set(asked)].filter((id) => !came.has(id.toLowerCase()));
  if (missing.length === 0) return;
  const named = missing.slice(0, MOST_NAMED).join(', ');
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
  story.remark(
    `Creative Force was asked for ${pluralise(asked.length, what)} and did not send ${missing.length}: ${named}${more}. ` +
      'They may have been deleted, or the studio’s role may not see them.',
  );
}
