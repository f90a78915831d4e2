import { waitBefore } from '../domain/pace';
import type { StudioSettings } from '../domain/studio-settings';
import { readVerdict } from '../domain/verdict';
import { readTask } from './brief';
import type { TaskStory } from './task-story';

export type RoundEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'no verdict' }
  | { readonly kind: 'rejected'; readonly rejected: readonly string[] };

/**
 * Watches a submitted task until it is rejected or the review window is over: at a pace that slows down, rarely once the
 * step is Done, and at once when a webhook says that something happened (DESIGN §9, first row). `until`: Unix milliseconds.
 */
export async function awaitVerdict(story: TaskStory, settings: StudioSettings, until: number): Promise<RoundEnd> {
  let isDone = false;
  story.enter('Awaiting verdict', `Submitted. Watching for a verdict until ${clock(until)}.`);
  for (let look = 0; ; look++) {
    const pause = isDone ? settings.looks.maxMs : waitBefore(settings.looks, look);
    const remaining = Math.max(0, until - Date.now());
    await story.nextEvent(Math.min(pause, remaining), isDone ? 'Watch for a late rejection' : 'Wait for the verdict');
    const { task } = await readTask(story, 'Look for the verdict');
    const verdict = readVerdict(task);
    if (verdict.kind === 'rejected') return verdict;
    if (verdict.kind === 'done' && !isDone) {
      isDone = true;
      story.enter('Done', `Accepted. A late rejection would still be noticed until ${clock(until)}.`);
    }
    // Only after a last look is the window over.
    if (Date.now() >= until) return isDone ? { kind: 'done' } : { kind: 'no verdict' };
  }
}

function clock(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
