import { CancellationScope } from '@temporalio/workflow';

import { clearSpool } from './profiles';
import type { TaskStory } from './task-story';

/** Removes what this task has left in spools; also after a cancel. What cannot be reached now is cleared by age. */
export async function clearSpools(story: TaskStory): Promise<void> {
  const { taskId } = story.task;
  await CancellationScope.nonCancellable(async () => {
    await Promise.allSettled(story.takeSpools().map((queue) => clearSpool(queue).dropFiles({ taskId })));
  });
}
