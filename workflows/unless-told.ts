import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

import type { TaskStory } from './task-story';

type Wait<T> = () => Promise<T>;

/**
 * Runs a waiting activity until it ends, or until somebody has something to say: Creative Force by an event, a person by an
 * update. Then the wait is called off and the answer is `undefined`. Costs three events of history however long it lasts.
 */
export async function unlessTold<T>(story: TaskStory, wait: Wait<T>): Promise<T | undefined> {
  if (story.inbox.hasNews) return undefined;
  const scope = new CancellationScope();
  const waited = { isOver: false };
  const waiting = scope.run(wait).finally(() => {
    waited.isOver = true;
  });
  // Awaited below; until then its failure must not count as unhandled.
  waiting.catch(() => undefined);
  await condition(() => waited.isOver || story.inbox.hasNews);
  if (waited.isOver) return waiting;
  scope.cancel();
  try {
    // What it found in the same moment is not lost.
    return await waiting;
  } catch (error) {
    if (isCancellation(error)) return undefined;
    throw error;
  }
}
