import { CancellationScope } from '@temporalio/workflow';

import type { AuditedSubmission } from '../../domain/audit/audit-entry';
import { submissionShown } from '../../domain/delivery/last-submission';
import { UNKNOWN_ASSET_CODE } from '../../domain/delivery/refusals';
import { pluralise } from '../../domain/shared/text';
import type { UploadedFile } from './state/round-state';
import { updateRound, type ReviewPhase, type TaskState } from './state/task-state';
import { remoteDetailsOf } from './steps/activity-failure';
import { lastSubmission, submissionOf } from './steps/last-submission';
import { givenAway, readTask } from './steps/read-task';
import { recordDelivery, toDeliveredRound } from './steps/record-delivery';
import {
  cancelled,
  toStepFailure,
  type Finished,
  type RestartFrom,
  type StepContext,
  type StepFailure,
} from './steps/step';
import { nextSubmission, submitRound } from './steps/submit-round';
import { clearSpools } from './steps/transfer-files';
import type { DeadlineMonitor } from './waiting/deadline-monitor';
import { isCancelled } from './waiting/interruption';

export type RoundEnd = Submitted | Finished | RestartFrom | StepFailure;

export interface Submitted {
  readonly kind: 'submitted';
  readonly review: ReviewPhase;
}

export interface RoundRun {
  readonly context: StepContext;
  readonly state: TaskState;
  readonly deadline: DeadlineMonitor;
}

export const DONE_BY_OTHERS: Finished = {
  kind: 'finished',
  outcome: 'nothing due',
  sentence: 'Somebody has finished the task in Creative Force, so nothing was delivered.',
};

const TASK_EMPTIED: RestartFrom = {
  kind: 'restartFrom',
  step: 'brief',
  reason: 'The task was reset in Creative Force after the files were sent, so they are uploaded and submitted again.',
};

/** Submits these files; what comes of it ends the round, or says where it begins again. */
export async function submit(run: RoundRun, files: readonly UploadedFile[]): Promise<RoundEnd> {
  const { context, state } = run;
  const submission = nextSubmission(state.round.submission, files, state.round.plan);
  updateRound(state, { uploaded: files, submission });
  const result = await submitRound(context, submission, state.round.rejection?.wasDone ?? false);
  updateRound(state, { submission: result.submission });
  switch (result.kind) {
    case 'accepted':
      return handOver(run, files, result.audited);
    case 'doneByOthers':
      return DONE_BY_OTHERS;
    case 'emptied':
      updateRound(state, { stored: [], uploaded: [], submission: undefined });
      return TASK_EMPTIED;
    case 'cancelled':
      state.inFlightWrites = { submission: result.inFlight };
      return cancelled;
    case 'needsAttention':
      return result;
    case 'failed':
      return afterRefusal(run, result.error);
  }
}

/** A refused submission may mean that the task is not ours any more, or that the uploads were lost. */
async function afterRefusal({ context, state }: RoundRun, error: unknown): Promise<StepFailure> {
  const { code, status } = remoteDetailsOf(error) ?? {};
  // What it does not know after all that time was not stored: then the next turn uploads it again.
  if (code === UNKNOWN_ASSET_CODE) updateRound(state, { stored: [], files: undefined });
  const failure = toStepFailure(error, true);
  if (failure.kind !== 'needsAttention' || status === undefined || status >= 500) return failure;
  const task = await readTask(context, 'Find out why the submission was refused');
  return givenAway(context.settings.lifecycle, task) ?? failure;
}

/** The submission of these files has taken effect: it is recorded, and the watch for the verdict begins. */
export async function handOver(
  run: RoundRun,
  files: readonly UploadedFile[],
  submission: AuditedSubmission,
): Promise<RoundEnd> {
  const { context, state, deadline } = run;
  const { reporter, settings, task } = context;
  deadline.stop();
  state.lastSubmission = submissionOf(state, files, submission.begunAt);
  const plan = state.round.submission?.plan;
  const delivered = toDeliveredRound(state.round.number, files, plan);
  state.deliveredRounds = [...state.deliveredRounds, delivered];
  updateRound(state, { uploaded: [] });
  reporter.rejectionAnswered();
  reporter.enter('Submit', `Submitted ${pluralise(files.length, 'file')}.`, { delivered: files.length });
  // A task that is cancelled is cleared up by its end.
  const spoolQueues = isCancelled() ? [] : state.spoolQueues;
  state.spoolQueues = state.spoolQueues.filter((queue) => !spoolQueues.includes(queue));
  // Not waited for: a worker that does not come back must not hold up the watch for the verdict.
  void CancellationScope.nonCancellable(() => clearSpools(task.taskId, spoolQueues, settings.lifecycle));
  await recordDelivery(state, reporter, { event: 'delivered', submission, plan: delivered.plan }, files, plan);
  return submitted(run);
}

/** The task was submitted; from now on its verdict is watched for. */
export function submitted({ context, state }: RoundRun): Submitted {
  const now = Date.now();
  const { brief } = state.round;
  // What was there when the watch begins is no news.
  if (brief !== undefined) state.lastSubmission ??= submissionShown(brief.facts.task, brief.annotations, now);
  const submission = lastSubmission(state) ?? { at: now, assets: {}, notesBefore: [] };
  const until = now + context.settings.reviewWindowMs;
  return {
    kind: 'submitted',
    review: { kind: 'reviewing', until, isDone: false, pollNow: false, submission, events: [] },
  };
}
