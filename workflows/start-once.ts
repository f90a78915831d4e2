import type { Brief } from './brief';
import { readTask } from './brief';
import { attentionOf, isOpenOutcome } from './needs-attention';
import { gatewayOnce } from './profiles';
import type { TaskStory } from './task-story';

/** How often a start is sent that has not taken effect, because a worker was killed or an answer was lost. */
const TRIES = 3;

/**
 * Tells Creative Force that work has begun, once in effect: after every answer that leaves it open, the task is read.
 * Starting is wanted but not needed (creative-force.md §15 row 9): when it cannot be done the task goes on, with a remark.
 */
export async function startOnce(story: TaskStory, brief: Brief): Promise<void> {
  if (brief.facts.task.status !== 'to do') return;
  story.enter('Start', 'Telling Creative Force that work has begun.');
  // A task that began with 0.1.0 was tried once.
  const tries = story.isOfToday ? TRIES : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      await gatewayOnce(story.task.studio, 'Start the task in Creative Force').startTask(story.task);
      return;
    } catch (error) {
      const attention = attentionOf(error);
      if (attention === undefined) throw error;
      const { task } = await readTask(story, 'See whether the start took effect');
      if (task.status !== 'to do') return;
      if (attempt < tries && isOpenOutcome(error)) continue;
      story.remark(
        `Creative Force did not take the start (${attention.message}), so the task stays in To Do until it is submitted.`,
      );
      return;
    }
  }
}
