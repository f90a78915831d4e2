import { condition } from '@temporalio/workflow';

import { waitBefore } from '../domain/pace';
import type { StudioSettings } from '../domain/studio-settings';
import { readVerdict } from '../domain/verdict';
import { clockTime } from '../domain/words';
import type { VerdictOf01 } from './await-verdict-of-0-1';
import { readTask } from './brief';
import type { TaskStory } from './task-story';

/** As the wait for a verdict was in 0.1.0: a timer and a reading for every look. For tasks that began that way. */
export async function awaitVerdictByTimers(
  story: TaskStory,
  settings: StudioSettings,
  until: number,
): Promise<VerdictOf01> {
  let isDone = false;
  story.enter('Awaiting verdict', `Submitted. Watching for a verdict until ${clockTime(until)}.`);
  for (let look = 0; ; look++) {
    const pause = isDone ? settings.looks.maxMs : waitBefore(settings.looks, look);
    const remaining = Math.max(0, until - Date.now());
    const summary = isDone ? 'Watch for a late rejection' : 'Wait for the verdict';
    await condition(() => story.inbox.hasEvent, Math.min(pause, remaining), { summary });
    story.inbox.forgetEvents();
    const { task } = await readTask(story, 'Look for the verdict');
    const verdict = readVerdict(task);
    if (verdict.kind === 'rejected') return verdict;
    if (verdict.kind === 'done' && !isDone) {
      isDone = true;
      story.enter('Done', `Accepted. A late rejection would still be noticed until ${clockTime(until)}.`);
    }
    // Only after a last look is the window over.
    if (Date.now() >= until) return isDone ? { kind: 'done' } : { kind: 'no verdict' };
  }
}
