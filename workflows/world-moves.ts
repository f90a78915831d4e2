import { dueSet } from '../domain/task/due-set';
import { expectedOutputKey, type ShotOutput } from '../domain/task/expected-output';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { Task } from '../domain/task/task';
import { readVerdict } from '../domain/delivery/verdict';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import { readTask, TaskGone, type Brief } from './brief';
import type { TaskStory } from './task-story';

/** What has become of a task since its brief was read. */
export type Since =
  /** It still wants what this round does. */
  | 'as it was'
  /** Somebody else has finished it. */
  | 'done'
  /** It wants something else now. */
  | 'changed';

/**
 * Looks at the task again when the last reading is older than the setting, or an event came since
 * (docs/reference/assumptions.md#re-reading): nobody tells of a bypass, another vendor, a deletion or a reset
 * (docs/reference/creative-force.md#silent-changes). Throws {@link TaskGone} when it is not ours.
 */
export async function lookAgain(story: TaskStory, brief: Brief, settings: StudioSettings): Promise<Since> {
  const isFresh = Date.now() - brief.readAt <= settings.freshForMs && !story.inbox.hasEvent;
  if (isFresh) return 'as it was';
  story.inbox.forgetEvents();
  const { task } = await readTask(story, 'See whether the task is still as it was');
  refuseIfGivenAway(settings, task);
  if (readVerdict(task).kind === 'done') return 'done';
  return keysOf(dueSet(task, brief.annotations)) === keysOf(brief.due) ? 'as it was' : 'changed';
}

/** Throws {@link TaskGone} when the task names another vendor than us. */
export function refuseIfGivenAway(settings: StudioSettings, task: Task): void {
  const { vendorId } = lifecycleOf(settings);
  if (vendorId === undefined || task.vendorId === undefined) return;
  if (vendorId.toLowerCase() === task.vendorId.toLowerCase()) return;
  throw new TaskGone('Creative Force gave this task to another vendor, so extpost leaves it alone.');
}

function keysOf(due: readonly ShotOutput[]): string {
  return due
    .map(({ expected }) => expectedOutputKey(expected))
    .sort()
    .join(' ');
}
