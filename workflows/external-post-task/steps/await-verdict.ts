import { formatTime } from '../../../domain/shared/text';
import { gatewayWatch } from '../../activity-options';
import { takeEvents, takeResume } from '../state/inbox';
import type { ReviewPhase, TaskState } from '../state/task-state';
import { cancelOnNews } from '../waiting/interruption';
import type { Finished, StepContext } from './step';

export type VerdictWatchEnd =
  | Finished
  /** Something is to be corrected, or the task is to do again without an output being marked. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'reviewing'; readonly review: ReviewPhase };

/** Polls at a pace that slows down, rarely once Done (docs/reference/assumptions.md#done), at once after an event. */
export async function awaitVerdict(
  { task, reporter }: StepContext,
  state: TaskState,
  review: ReviewPhase,
): Promise<VerdictWatchEnd> {
  const { until, isDone, pollNow, isRejectionReported } = review;
  const stage = isDone ? 'Done' : 'Awaiting verdict';
  if (state.view.stage !== stage) {
    reporter.enter(
      stage,
      isDone
        ? `Accepted. A late rejection would still be noticed until ${formatTime(until)}.`
        : `Submitted. Watching for a verdict until ${formatTime(until)}.`,
    );
  }
  reporter.waitFor({ what: isDone ? 'a late rejection' : 'the verdict', until });
  const summary = isDone ? 'Watch for a late rejection' : 'Wait for the verdict';
  const observation = await cancelOnNews(state, () =>
    gatewayWatch(task.studio, summary, until).awaitVerdict({
      task,
      until,
      isDone,
      pollNow,
      isRejectionReported,
    }),
  );
  switch (observation?.kind) {
    case undefined: {
      // A request to go on means nothing here: the task does go on.
      takeResume(state);
      const isReported = takeEvents(state).some(({ kind }) => kind === 'rejected');
      return { kind: 'reviewing', review: { ...review, pollNow: true, isRejectionReported: isReported } };
    }
    case 'rejected':
    case 'reopened':
      return { kind: 'rejected' };
    case 'done':
      return { kind: 'reviewing', review: { ...review, isDone: true, pollNow: false, isRejectionReported: false } };
    case 'window over':
      return observation.isDone
        ? { kind: 'finished', outcome: 'done', sentence: 'Accepted, and the review window is over.' }
        : {
            kind: 'finished',
            outcome: 'no verdict',
            sentence: 'No verdict came in the review window; the task stays as submitted.',
          };
  }
}
