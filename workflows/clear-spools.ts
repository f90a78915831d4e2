import { CancellationScope } from '@temporalio/workflow';

import { lifecycleOf } from '../domain/task/lifecycle-policy';
import { clearSpool } from './profiles';
import { tidyUp } from './settle';
import type { TaskStory } from './task-story';

/** Removes what this task has left in spools; also after a cancel. What cannot be reached now is cleared by age. */
export async function clearSpools(story: TaskStory): Promise<void> {
  const { taskId } = story.task;
  const { workerAbsenceMs: awayMs } = lifecycleOf(story.settling);
  await CancellationScope.nonCancellable(async () => {
    await Promise.allSettled(story.takeSpools().map((queue) => clearSpool(queue, { awayMs }).dropFiles({ taskId })));
  });
}

/** The same for a task that is cancelled or given up: a worker that does not answer must not hold up its end. */
export async function clearSpoolsSoon(story: TaskStory): Promise<void> {
  if (story.hasSpools) await tidyUp(story, () => clearSpools(story));
}
