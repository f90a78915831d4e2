import { workflowInfo } from '@temporalio/workflow';

import type { DeliveredFile, DeliveredRound, EarlierDelivery } from '../../../domain/delivery/delivery-record';
import { showsDelivered } from '../../../domain/delivery/returned-files';
import { isMarkedRejected } from '../../../domain/delivery/verdict';
import type { TaskReference } from '../../../domain/task/task';
import { earlierRecordRead } from '../../activity-options';
import { dropEventsUntil } from '../state/inbox';
import { invalidateFrom, newRound } from '../state/round-state';
import type { TaskState } from '../state/task-state';
import { readTask } from './read-task';
import type { StepContext } from './step';

/** What was delivered for the task before, oldest first. */
interface EarlierDeliveries {
  /** By this run, also before it was reset. */
  readonly own: readonly EarlierDelivery[];
  /** By other runs. */
  readonly earlier: readonly EarlierDelivery[];
}

export async function readEarlierDeliveries({ studio, taskId }: TaskReference): Promise<EarlierDeliveries> {
  const { workflowId, runId, firstExecutionRunId } = workflowInfo();
  const request = { studio, taskId, workflowId, notRun: runId };
  const all = await earlierRecordRead('Read what was delivered before').readEarlierDeliveries(request);
  return {
    own: all.filter(({ run }) => run === firstExecutionRunId),
    earlier: all.filter(({ run }) => run !== firstExecutionRunId),
  };
}

/** The newest delivery of each expected output. */
export function lastDelivered(rounds: readonly DeliveredRound[]): DeliveredFile[] {
  const files = rounds.flatMap((round) => round.files);
  return [...new Map(files.map((file) => [file.expectedKey, file])).values()];
}

/** What this run has delivered, after what was delivered before it. */
export function deliveredSoFar({ earlierRounds = [], deliveredRounds }: TaskState): readonly DeliveredRound[] {
  return [...earlierRounds, ...deliveredRounds];
}

/**
 * After a reset of the workflow, takes over from the audit what this run had submitted after the point of the reset.
 * `watch`: the task shows the last of it as returned, so nothing is sent and the verdict is waited for.
 */
export async function takeOverAfterReset(context: StepContext, state: TaskState): Promise<'watch' | 'deliver'> {
  const { own, earlier } = await readEarlierDeliveries(context.task);
  const known = new Set(state.deliveredRounds.map(identityOf));
  const lost = own.filter((one) => !known.has(identityOf(one)));
  state.earlierRounds = earlier;
  state.lookedAfterReset = context.runId;
  const last = lost.at(-1);
  if (last === undefined) {
    context.reporter.warn('The workflow was reset, so the task is read again before anything is sent.');
    state.round = invalidateFrom(state.round);
    return 'deliver';
  }
  state.deliveredRounds = [...state.deliveredRounds, ...lost];
  // Then the last of the rounds counts.
  state.lastSubmission = undefined;
  dropEventsUntil(state, Date.parse(last.submittedAt));
  const task = await readTask(context, 'See what has become of what was submitted before the reset');
  const isRejected = isMarkedRejected(task);
  if (isRejected || !showsDelivered(task, last.files)) {
    state.round = newRound(last.round + 1, isRejected);
    context.reporter.warn(`The workflow was reset; what was submitted at ${last.submittedAt} does not do any more.`);
    return 'deliver';
  }
  state.round = newRound(last.round);
  context.reporter.warn(
    `The workflow was reset; what was submitted at ${last.submittedAt} still counts, so nothing is sent again.`,
  );
  return 'watch';
}

/** An asset id is given to one upload only. */
function identityOf({ files }: DeliveredRound): string {
  return files.map(({ assetId }) => assetId).join(' ');
}
