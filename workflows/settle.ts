import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

import { lifecycleOf } from '../domain/task/lifecycle-policy';
import type { TaskStory } from './task-story';

type Work<T> = () => Promise<T>;

/** Long enough for one request; whoever cancels a task wants it to end. */
const SETTLE_MS = 3_000;

/** A call that a cancel waits for; else it would be left alone at once, whatever the SDK's documentation says. */
export const waitsForCancel = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/**
 * Sends something that must not be repeated blindly. A cancel is passed on to it and then waited for, because what came of
 * it must be known: `runOneShotWrite` sees to it that this takes seconds. Called off before, nothing is sent.
 */
export async function untilKnown(send: Work<void>): Promise<void> {
  const around = CancellationScope.current();
  await stopIfCancelled();
  await CancellationScope.nonCancellable(async () => {
    const sending = new CancellationScope();
    const known = sending.run(send);
    const sent = { isOver: false };
    const leaving = around.cancelRequested.catch(() => {
      if (!sent.isOver) sending.cancel();
    });
    try {
      await Promise.race([known, leaving.then(() => known)]);
    } finally {
      sent.isOver = true;
    }
  });
}

/** Looks what has come of it, also after a cancel; then that may take a few seconds, and `undefined` says that nobody knows. */
export async function lastLook<T>(story: TaskStory, look: Work<T>): Promise<T | undefined> {
  const around = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const scope = new CancellationScope();
    const looked = { isOver: false };
    const looking = scope.run(look).finally(() => {
      looked.isOver = true;
    });
    try {
      await Promise.race([looking, around.cancelRequested]);
    } catch (error) {
      if (looked.isOver || !isCancellation(error)) throw error;
      return await inSeconds(story, scope, looking);
    }
    return looking;
  });
}

/** Tidies up after a cancel: that may take a few seconds, and what is not done by then is left. */
export async function tidyUp(story: TaskStory, work: Work<unknown>): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    const scope = new CancellationScope();
    const working = scope.run(work);
    await inSeconds(story, scope, working);
  });
}

/** Whether the task is being cancelled or given up, so that whatever comes next would only be begun in vain. */
export function isCancelled(): boolean {
  return CancellationScope.current().consideredCancelled;
}

/** Ends here when the task is being cancelled or given up. */
export async function stopIfCancelled(): Promise<void> {
  if (isCancelled()) await CancellationScope.current().cancelRequested;
}

/** What the work gives within the time; `undefined` when it fails or is given up. */
async function inSeconds<T>(story: TaskStory, scope: CancellationScope, working: Promise<T>): Promise<T | undefined> {
  let isOver = false;
  const settled = working
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  if (await condition(() => isOver, lifecycleOf(story.settling).cancellationGraceMs ?? SETTLE_MS)) return settled;
  scope.cancel();
  return undefined;
}
