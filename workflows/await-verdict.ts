import type { VerdictWatch } from '../activities/creative-force/verdict-watch';
import { formatTime } from '../domain/shared/text';
import { orGone } from './brief';
import { gatewayWatch } from './profiles';
import type { TaskStory } from './task-story';
import { unlessTold } from './unless-told';

/** How long a submitted task is watched (Unix milliseconds), and whether it was seen Done already. */
export interface ReviewWindow {
  readonly until: number;
  readonly isDone: boolean;
}

/** May go on as a new run, which watches the rest of the window. */
type CarryOn = (window: ReviewWindow) => Promise<void>;

export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'no verdict' }
  | { readonly kind: 'rejected'; readonly rejected: readonly string[] }
  /** It is to do again, though no output is marked: a rejection that only notes tell of, or a reset. */
  | { readonly kind: 'reopened' };

/**
 * Watches a submitted task until it is rejected or the review window is over: at a pace that slows down, rarely once
 * the step is Done, and at once when a webhook says that something happened (docs/reference/assumptions.md#done).
 * `carryOn` may go on as a new run between two waits.
 */
export async function awaitVerdict(
  story: TaskStory,
  { until, isDone: wasDone }: ReviewWindow,
  carryOn: CarryOn,
): Promise<Verdict> {
  let isDone = wasDone;
  let lookNow = false;
  let toldOfRejection = false;
  if (!isDone) story.enter('Awaiting verdict', `Submitted. Watching for a verdict until ${formatTime(until)}.`);
  for (;;) {
    await carryOn({ until, isDone });
    story.waitFor({ what: isDone ? 'a late rejection' : 'the verdict', until });
    const summary = isDone ? 'Watch for a late rejection' : 'Wait for the verdict';
    const watch: VerdictWatch = { task: story.task, until, isDone, lookNow, toldOfRejection };
    const sighting = await orGone(story, () =>
      unlessTold(story, () => gatewayWatch(story.task.studio, summary, until).awaitVerdict(watch)),
    );
    lookNow = sighting === undefined;
    toldOfRejection = lookNow && story.inbox.forgetEvents().toldOfRejection;
    if (sighting?.kind === 'rejected' || sighting?.kind === 'reopened') return sighting;
    if (sighting?.kind === 'done') {
      isDone = true;
      story.enter('Done', `Accepted. A late rejection would still be noticed until ${formatTime(until)}.`);
    }
    if (sighting?.kind === 'window over') return { kind: sighting.isDone ? 'done' : 'no verdict' };
  }
}
