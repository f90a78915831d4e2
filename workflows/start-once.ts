import type { StudioSettings } from '../domain/task/studio-settings';
import type { Task } from '../domain/task/task';
import type { Brief } from './brief';
import { hasTakenEffect } from './look-before-repeating';
import { attentionOf, isOpenOutcome, isWorkerLost } from './needs-attention';
import { gatewayOnce } from './profiles';
import { lastLook, stopIfCancelled, untilKnown, waitsForCancel } from './settle';
import type { TaskStory } from './task-story';

/** How often a start is sent that has not taken effect, because an answer was lost or heartbeats were missed. */
const TRIES = 3;
/** So many killed workers are no reason to give up: they say nothing of what Creative Force would answer. */
const MOST_KILLED = 20;

/**
 * Tells Creative Force that work has begun, once in effect: after every answer that leaves it open, the task is read.
 * Starting is wanted but not needed (docs/reference/creative-force.md#start): when it cannot be done the task goes on,
 * with a remark.
 */
export async function startOnce(
  story: TaskStory,
  brief: Brief,
  settings: Partial<Pick<StudioSettings, 'lifecycle'>>,
): Promise<void> {
  if (brief.facts.task.status !== 'to do') return;
  story.enter('Start', 'Telling Creative Force that work has begun.');
  let triesLeft = TRIES;
  let killed = 0;
  for (;;) {
    try {
      const { startTask } = gatewayOnce(story.task.studio, 'Start the task in Creative Force');
      await untilKnown(() => startTask.executeWithOptions(waitsForCancel, [story.task]));
      story.left.start = 'taken';
      await stopIfCancelled();
      story.left.start = undefined;
      return;
    } catch (error) {
      const attention = attentionOf(error);
      if (attention === undefined) throw error;
      // Also after a cancel: what left the building must be known.
      const look = { summary: 'See whether the start took effect', shows: (task: Task) => task.status !== 'to do' };
      const isTaken = await lastLook(story, () => hasTakenEffect(story, settings, error, look));
      story.left.start = isTaken === undefined ? 'unknown' : isTaken ? 'taken' : 'not shown';
      await stopIfCancelled();
      story.left.start = undefined;
      if (isTaken !== false) return;
      if (isWorkerLost(error)) killed += 1;
      else triesLeft -= 1;
      if (isOpenOutcome(error) && triesLeft > 0 && killed <= MOST_KILLED) continue;
      story.remark(
        `Creative Force did not take the start (${attention.message}), so the task stays in To Do until it is submitted.`,
      );
      return;
    }
  }
}
