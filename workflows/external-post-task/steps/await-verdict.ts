import { watchSentence, type VerdictObservation } from '../../../domain/delivery/verdict-watch';
import { gatewayWatch } from '../../activity-options';
import { takeEvents, takeResume } from '../state/inbox';
import type { RoundRejection } from '../state/round-state';
import type { ReviewPhase, TaskState } from '../state/task-state';
import { cancelOnNews } from '../waiting/interruption';
import type { Finished, StepContext } from './step';

export type VerdictWatchEnd =
  | Finished
  | { readonly kind: 'rejected'; readonly rejection: RoundRejection }
  /** The task is to be done from the beginning. */
  | { readonly kind: 'reset'; readonly sentence: string }
  | { readonly kind: 'reviewing'; readonly review: ReviewPhase };

/** Polls at a pace that slows down, rarely once Done (docs/reference/assumptions.md#done), at once after an event. */
export async function awaitVerdict(
  { task, settings, reporter }: StepContext,
  state: TaskState,
  review: ReviewPhase,
): Promise<VerdictWatchEnd> {
  const { until, isDone } = review;
  const stage = isDone ? 'Done' : 'Awaiting verdict';
  const { unclearAfterMs } = settings.lifecycle;
  const sentence = watchSentence({ ...review, unclearAfterMs });
  if (state.view.stage !== stage || state.view.sentence !== sentence) reporter.enter(stage, sentence);
  reporter.waitFor({ what: isDone ? 'a late rejection' : 'the verdict', until });
  const summary = isDone ? 'Watch for a late rejection' : 'Wait for the verdict';
  const { kind: _, ...watch } = review;
  const observation = await cancelOnNews(state, () =>
    gatewayWatch(task.studio, summary, until, 'verdict').awaitVerdict({ ...watch, task, unclearAfterMs }),
  );
  if (observation === undefined) {
    // A request to go on means nothing here: the task does go on.
    takeResume(state);
    return { kind: 'reviewing', review: withEvents(state, review) };
  }
  reporter.taskSeen(observation.sight);
  return afterLook(observation, { ...review, known: observation.sight });
}

/** With what has come since: the task is read at once, and has from now on some time to show what was rejected. */
function withEvents(state: TaskState, review: ReviewPhase): ReviewPhase {
  const events = takeEvents(state);
  const isTold = events.some(({ kind }) => kind === 'rejected');
  return {
    ...review,
    pollNow: true,
    events: [...review.events, ...events].slice(-MAX_EVENTS),
    unclearSince: review.unclearSince ?? (isTold ? Date.now() : undefined),
  };
}

const MAX_EVENTS = 50;

function afterLook(observation: VerdictObservation, review: ReviewPhase): VerdictWatchEnd {
  switch (observation.kind) {
    case 'rejected':
      return { kind: 'rejected', rejection: { ...observation.rejection, since: review.unclearSince ?? Date.now() } };
    case 'reset':
      return { kind: 'reset', sentence: `Reset in Creative Force: ${observation.evidence.join('; ')}.` };
    case 'changed':
      return { kind: 'reviewing', review: { ...review, pollNow: false } };
    case 'done':
      return { kind: 'reviewing', review: { ...review, isDone: true, pollNow: false } };
    case 'window over':
      return review.isDone || observation.sight.status === 'done'
        ? { kind: 'finished', outcome: 'done', sentence: 'Accepted, and the review window is over.' }
        : {
            kind: 'finished',
            outcome: 'no verdict',
            sentence: 'No verdict came in the review window; the task stays as submitted.',
          };
  }
}
