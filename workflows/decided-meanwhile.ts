import { CancellationScope, isCancellation } from '@temporalio/workflow';

import type { Decisions } from '../domain/operator/decisions';
import { attentionOf } from './needs-attention';
import type { TaskStory } from './task-story';

type Work<T> = () => Promise<T>;

/** Whether people have decided something else about the files since these decisions held. */
export function haveDecided({ inbox }: TaskStory, since: Decisions | undefined): boolean {
  return since !== undefined && inbox.decisions !== since;
}

/**
 * Makes the files of a round by these decisions, until people decide otherwise: then the work is called off and the answer
 * is `undefined`. A creative that does not render must not hold up whoever has just left it out.
 */
export async function unlessDecided<T>(
  story: TaskStory,
  since: Decisions | undefined,
  work: Work<T>,
): Promise<T | undefined> {
  if (haveDecided(story, since)) return undefined;
  const scope = new CancellationScope();
  const working = scope.run(work);
  await Promise.race([working, story.inbox.nextDecision]);
  if (!haveDecided(story, since)) return working;
  scope.cancel();
  try {
    await working;
  } catch (error) {
    const isOurCancel = isCancellation(error) && !CancellationScope.current().consideredCancelled;
    // What it stumbled over is no news: the files are made anew, by what was decided.
    if (!isOurCancel && attentionOf(error) === undefined) throw error;
  }
  return undefined;
}
