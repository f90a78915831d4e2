import { type ActivityFailure, isCancellation, sleep } from '@temporalio/workflow';

import type { AuditedSubmission } from '../../../domain/audit/audit-entry';
import { ALREADY_SUBMITTED_CODES, UNKNOWN_ASSET_CODE } from '../../../domain/delivery/refusals';
import type { SideEffects } from '../../../domain/delivery/side-effects';
import { type SubmittedAsset, isSubmissionAccepted, showsSubmittedAssets } from '../../../domain/delivery/verdict';
import { attentionFor } from '../../../domain/operator/attention';
import type { PlanRecord } from '../../../domain/plan/plan-record';
import { backoffDelay } from '../../../domain/shared/backoff';
import { failureTypes } from '../../../domain/shared/failure-type';
import { pluralise } from '../../../domain/shared/text';
import { expectedOutputs } from '../../../domain/task/expected-output';
import type { Task } from '../../../domain/task/task';
import { gatewayWrite } from '../../activity-options';
import type { SentSubmission, UploadedFile } from '../state/round-state';
import { awaitOutcome, isCancelled, verifyAfterCancel } from '../waiting/interruption';
import { failureTypeOf, isOutcomeUnknown, remoteDetailsOf } from './activity-failure';
import { checkEffect } from './read-task';
import { attentionOf, needsAttention, type NeedsAttention, type StepContext } from './step';

/** Says that the state of the task does not allow it, which may mean that it was submitted before (RFC 9110 §15.5.10). */
const CONFLICT = 409;

export type SubmitResult = { readonly submission: SentSubmission } & (
  | { readonly kind: 'accepted'; readonly audited: AuditedSubmission }
  | { readonly kind: 'doneByOthers' }
  /** An attempt took effect, and somebody has emptied the task since; the same files are not accepted again. */
  | { readonly kind: 'emptied' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly inFlight: SideEffects['submission'] }
  | NeedsAttention
);

/** The submission of these files; it continues an earlier one of the very same files. */
export function nextSubmission(
  before: SentSubmission | undefined,
  files: readonly UploadedFile[],
  plan: PlanRecord | undefined,
): SentSubmission {
  const isSame =
    before?.files.length === files.length && files.every((file, at) => file.assetId === before.files[at]?.assetId);
  const attempts = isSame ? before : { begunAt: new Date().toISOString(), attempts: 0 };
  return { ...attempts, files, plan, mayHaveWorked: before?.mayHaveWorked ?? false };
}

/** After every answer that leaves it open whether files were handed over, the task is read before sending again. */
export async function submitRound(
  context: StepContext,
  begun: SentSubmission,
  wasDone: boolean,
): Promise<SubmitResult> {
  const { settings, reporter } = context;
  const assets = begun.files.map(submittedAsset);
  const startedAt = Date.now();
  const check = {
    summary: 'Check whether the submission took effect',
    urgency: 'finish',
    hasEffect: (task: Task) => isSubmissionAccepted(task, assets, wasDone),
  } as const;
  let submission = begun;
  reporter.enter('Submit', 'Waiting until Creative Force has registered the uploaded files.');
  for (let attempt = 0; ; attempt++) {
    submission = { ...submission, attempts: submission.attempts + 1 };
    reporter.enter('Submit', `Submitting ${pluralise(assets.length, 'file')}.`);
    const error = await send(context, submission);
    if (error === undefined) return { kind: 'accepted', submission, audited: toAudited(submission, 'answer') };

    // An attempt that was refused did not take effect; if the task shows our files, an earlier one did.
    const { code = '', status, retryAfterMs = 0 } = remoteDetailsOf(error) ?? {};
    const isThrottled = failureTypeOf(error) === failureTypes.throttled;
    const isUnknown = isOutcomeUnknown(error) && !isThrottled;
    if (isUnknown) submission = { ...submission, lastUnknownAttempt: submission.attempts };
    const isRepeated = ALREADY_SUBMITTED_CODES.includes(code);
    const mayWorkLater = code === UNKNOWN_ASSET_CODE || isThrottled;
    const isConflict = status === CONFLICT && !isRepeated && !mayWorkLater;
    const isRefused = !isUnknown && !isRepeated && !mayWorkLater;
    if (isRefused && !isConflict) return { kind: 'failed', submission, error };
    const mayHaveWorked = isUnknown || code === UNKNOWN_ASSET_CODE;
    submission = { ...submission, mayHaveWorked: submission.mayHaveWorked || mayHaveWorked };

    // Known before the wait, so that a long one that Creative Force asks for is followed by another attempt.
    const isTimeOver = Date.now() - startedAt > settings.assetKnown.giveUpMs;
    const wait = (): Promise<void> =>
      sleep(Math.max(backoffDelay(settings.assetKnown.pace, attempt), retryAfterMs), {
        summary: `Wait until ${isThrottled ? 'Creative Force takes requests again' : 'the uploads are registered'}`,
      });
    // Where no attempt can have worked, the look comes after the wait: it shows a task that has gone meanwhile, too.
    const isWaitedFirst = mayWorkLater && submission.lastUnknownAttempt === undefined;
    if (isWaitedFirst && !isTimeOver) await wait();
    let checked: { hasEffect: boolean; task: Task } | undefined;
    try {
      checked = await verifyAfterCancel(settings.lifecycle, () => checkEffect(context, error, check));
    } catch (unreadable) {
      return { kind: 'failed', submission, error: unreadable };
    }
    if (checked?.hasEffect === true) {
      const isOurs = submission.mayHaveWorked || showsSubmittedAssets(checked.task, assets);
      return isOurs
        ? { kind: 'accepted', submission, audited: toAudited(submission, 'task') }
        : { kind: 'doneByOthers', submission };
    }
    if (isCancelled()) {
      return { kind: 'cancelled', submission, inFlight: checked === undefined ? 'unknown' : 'not shown' };
    }
    if (isConflict) return { kind: 'failed', submission, error };
    if (isRepeated) {
      const isEmptied = submission.mayHaveWorked && checked !== undefined && showsNoAsset(checked.task);
      return isEmptied ? { kind: 'emptied', submission } : { ...disagreement(error), submission };
    }
    if (isTimeOver) return { kind: 'failed', submission, error };
    if (isWaitedFirst) continue;
    try {
      await wait();
    } catch (error) {
      // What was sent before is told of, although nothing was on its way when the cancel came.
      if (isCancellation(error)) return { kind: 'cancelled', submission, inFlight: 'not shown' };
      throw error;
    }
  }
}

/** How the submission came into effect, now that it is known. */
export function toAudited(
  { begunAt, attempts, lastUnknownAttempt = 0 }: SentSubmission,
  knownFrom: AuditedSubmission['knownFrom'],
): AuditedSubmission {
  const effectiveAttempt = knownFrom === 'answer' ? attempts : lastUnknownAttempt;
  return { begunAt, submittedAt: new Date().toISOString(), attempts, effectiveAttempt, knownFrom };
}

/** What a submission of this file leaves behind on the task. */
export function submittedAsset({ expected: { shotId, specId, variant }, assetId }: UploadedFile): SubmittedAsset {
  return { shotId, specId, variant, assetId };
}

function send(
  { task, settings, runId }: StepContext,
  { files, begunAt }: SentSubmission,
): Promise<ActivityFailure | undefined> {
  const { pace } = settings.assetKnown;
  const submission = { task, runId, assets: files.map(submittedAsset), uploadedAt: Date.parse(begunAt), pace };
  const summary = `Submit ${pluralise(files.length, 'file')}`;
  return awaitOutcome(() => gatewayWrite(task.studio, summary).submitAssets(submission));
}

function showsNoAsset(task: Task): boolean {
  return expectedOutputs(task).every(({ expected }) => expected.assetId === undefined);
}

function disagreement(error: ActivityFailure): NeedsAttention {
  const message = `Creative Force says that the task was already submitted, but shows other files than ours. ${attentionOf(error).message}`;
  return needsAttention(
    attentionFor('creative force error', message, {
      actions: ['Open the task in Creative Force and check whether somebody else has returned it.'],
    }),
  );
}
