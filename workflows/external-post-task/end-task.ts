import { allHandlersFinished, CancelledFailure, CancellationScope, condition, upsertMemo } from '@temporalio/workflow';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { sideEffectsText } from '../../domain/delivery/side-effects';
import type { OperatorAction } from '../../domain/operator/operator-action';
import type { LifecyclePolicy } from '../../domain/task/studio-settings';
import type { TaskReference } from '../../domain/task/task';
import { SEEN_EVENTS_MEMO } from './messages/messages';
import type { StatusReporter } from './state/status-reporter';
import type { TaskState } from './state/task-state';
import { clearSpools } from './steps/transfer-files';
import { recordDelivery } from './steps/record-delivery';
import type { Cancelled, Finished, Gone, Stopped } from './steps/step';
import { cleanUp } from './waiting/interruption';

export type TaskEnd = Finished | Gone | Stopped | Cancelled;

/** Shows how the task has ended, and writes down what it leaves behind. Throws CancelledFailure for a cancelled task. */
export async function endTask(
  state: TaskState,
  reporter: StatusReporter,
  lifecycle: LifecyclePolicy,
  end: TaskEnd,
): Promise<DeliveryRecord> {
  const leave = async (event: 'cancelled' | 'abandoned' | 'gone', sentence: string): Promise<void> => {
    const { round, spoolQueues, task } = state;
    const clear = () => clearSpools(task.taskId, spoolQueues, lifecycle);
    await Promise.all([
      recordDelivery(state, reporter, { event, sentence }, round.uploaded, round.plan),
      // A worker that does not answer must not hold up the end of a task.
      spoolQueues.length === 0 ? undefined : cleanUp(lifecycle, clear),
    ]);
  };
  const finish = async (outcome: DeliveryRecord['outcome'], sentence: string): Promise<DeliveryRecord> => {
    // Also when a cancel has come along with the end.
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    rememberEvents(state);
    const { task, deliveredRounds, actions, lastStatus } = state;
    return { ...task, outcome, sentence, rounds: deliveredRounds, actions, lastStatus };
  };

  if (state.inputs === 'being saved') reporter.warn(inputsCutOff(state.task));
  if (end.kind === 'finished') {
    reporter.enter('Done', end.sentence);
    return finish(end.outcome, end.sentence);
  }
  if (end.kind === 'stopped') {
    // The audit has the decision already.
    reporter.enter('Abandoned', end.sentence);
    return finish('abandoned', end.sentence);
  }
  if (end.kind === 'gone') {
    reporter.enter('Gone', end.sentence);
    await leave('gone', end.sentence);
    return finish('gone', end.sentence);
  }
  if (state.abandonedBy !== undefined) {
    const sentence = `Abandoned by ${withReason(state.abandonedBy)}; ${sideEffectsSoFar(state)}.`;
    reporter.enter('Abandoned', sentence);
    await leave('abandoned', sentence);
    return finish('abandoned', sentence);
  }
  const notice = state.actions.findLast(({ kind }) => kind === 'cancel');
  const who = notice === undefined ? 'an operator' : withReason(notice);
  const sentence = `Cancelled by ${who} while in "${state.view.stage}"; ${sideEffectsSoFar(state)}.`;
  reporter.enter('Cancelled', sentence);
  await leave('cancelled', sentence);
  rememberEvents(state);
  throw new CancelledFailure(sentence);
}

/** Where a starter sees them without loading the result, which may lie outside Temporal. */
function rememberEvents({ seenEventIds }: TaskState): void {
  upsertMemo({ [SEEN_EVENTS_MEMO]: seenEventIds });
}

function inputsCutOff({ studio, taskId }: TaskReference): string {
  const command = `\`extpost task inputs ${studio} ${taskId} --to FOLDER\``;
  return `The pictures for designers were still being saved when the task ended, so some may be missing; ${command} fetches them.`;
}

function withReason({ by, reason }: OperatorAction): string {
  return reason === undefined ? by : `${by} (${reason})`;
}

/** What had left the building by then, in words. */
function sideEffectsSoFar({ deliveredRounds: rounds, round, inFlightWrites }: TaskState): string {
  return sideEffectsText({ rounds, uploaded: round.uploaded.length, ...inFlightWrites });
}
