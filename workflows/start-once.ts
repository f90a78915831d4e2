import type { Brief } from './brief';
import { readTask } from './brief';
import { attentionOf } from './needs-attention';
import { gatewayOnce } from './profiles';
import type { TaskStory } from './task-story';

/**
 * Tells Creative Force that work has begun, once. Starting is wanted but not needed (creative-force.md §15 row 9): when it
 * cannot be done the task goes on, with a remark.
 */
export async function startOnce(story: TaskStory, brief: Brief): Promise<void> {
  if (brief.facts.task.status !== 'to do') return;
  story.enter('Start', 'Telling Creative Force that work has begun.');
  try {
    await gatewayOnce(story.task.studio, 'Start the task in Creative Force').startTask(story.task);
  } catch (error) {
    const attention = attentionOf(error);
    if (attention === undefined) throw error;
    const { task } = await readTask(story, 'See whether the start took effect');
    if (task.status === 'to do') {
      story.remark(
        `Creative Force did not take the start (${attention.message}), so the task stays in To Do until it is submitted.`,
      );
    }
  }
}
