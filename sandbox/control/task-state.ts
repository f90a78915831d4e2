import { dueOutputs, isGone, type Task } from '../day/model';
import type { StudioName } from '../studio-name';
import type { World } from '../world';

/** The state of a task in control responses. Times are Unix milliseconds. */
export interface TaskState {
  readonly taskId: string;
  readonly studio: StudioName;
  readonly contentCreationType: Task['contentCreationType'];
  readonly product: string;
  readonly title: string;
  readonly status: Task['status'];
  /** 0 is the first delivery; `null` before the task is ready. */
  readonly round: number | null;
  readonly submitted: boolean;
  /** The due outputs of the current round, as `position/size`. */
  readonly due: readonly string[];
  readonly deadline: number;
  readonly annotations: number;
  readonly designId: string;
}

export function taskState(task: Task): TaskState {
  const round = task.rounds.at(-1);
  const isOpen = round !== undefined && round.submittedAt === undefined && task.status !== 'done' && !isGone(task);
  return {
    taskId: task.taskId,
    studio: task.studio.name,
    contentCreationType: task.contentCreationType,
    product: task.product.code,
    title: `${task.product.name}, ${task.product.colourName}`,
    status: task.status,
    round: round === undefined ? null : task.rounds.length - 1,
    submitted: round?.submittedAt !== undefined,
    due: isOpen ? dueOutputs(task).map(({ shot, size }) => `${shot.position}/${size}`) : [],
    deadline: task.job.deadline,
    annotations: task.annotations.length,
    designId: task.job.design.designId,
  };
}

/**
 * A task by its id in any letter case, by the beginning of its id, or by its product code; `undefined` when none or
 * several fit.
 */
export function findTaskByName(world: World, name: string): Task | undefined {
  const wanted = name.toLowerCase();
  const exact = world.tasks.find(({ taskId, product }) => taskId === wanted || product.code.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const [first, ...others] = wanted.length < 4 ? [] : world.tasks.filter(({ taskId }) => taskId.startsWith(wanted));
  return others.length === 0 ? first : undefined;
}
