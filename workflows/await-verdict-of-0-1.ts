import { patched } from '@temporalio/workflow';

import type { VerdictWatch } from '../activities/verdict-watch';
import type { StudioSettings } from '../domain/studio-settings';
import { clockTime } from '../domain/words';
import { awaitVerdictByTimers } from './await-verdict-by-timers';
import { orGone } from './brief';
import { gatewayWatch } from './profiles';
import type { TaskStory } from './task-story';
import { unlessTold } from './unless-told';

export type VerdictOf01 =
  | { readonly kind: 'done' }
  | { readonly kind: 'no verdict' }
  | { readonly kind: 'rejected'; readonly rejected: readonly string[] };

/** As {@link awaitVerdict} was in 0.1.0, by timers or by an activity. For tasks that began that way. */
export async function awaitVerdictOf01(
  story: TaskStory,
  settings: StudioSettings,
  until: number,
): Promise<VerdictOf01> {
  // replay-tested: 2026-11-23, by the histories of 0.1.0 in test/replay
  if (!patched('verdict by activity')) return awaitVerdictByTimers(story, settings, until);
  story.enter('Awaiting verdict', `Submitted. Watching for a verdict until ${clockTime(until)}.`);
  let isDone = false;
  let lookNow = false;
  for (;;) {
    const summary = isDone ? 'Watch for a late rejection' : 'Wait for the verdict';
    const watch: VerdictWatch = { task: story.task, until, isDone, lookNow };
    const sighting = await orGone(story, () =>
      unlessTold(story, () => gatewayWatch(story.task.studio, summary, until).awaitVerdict(watch)),
    );
    lookNow = sighting === undefined;
    if (lookNow) story.inbox.forgetEvents();
    if (sighting?.kind === 'rejected') return sighting;
    if (sighting?.kind === 'done') {
      isDone = true;
      story.enter('Done', `Accepted. A late rejection would still be noticed until ${clockTime(until)}.`);
    }
    if (sighting?.kind === 'window over') return { kind: sighting.isDone ? 'done' : 'no verdict' };
  }
}
