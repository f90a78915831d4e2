import { sleep } from '@temporalio/workflow';

import { attentionFor } from '../domain/operator/attention';
import type { AuditedSubmission } from '../domain/audit/audit-entry';
import { backoffDelay } from '../domain/shared/backoff';
import type { StudioSettings } from '../domain/task/studio-settings';
import { isSubmissionAccepted, showsSubmittedAssets, type SubmittedAsset } from '../domain/delivery/verdict';
import { pluralise } from '../domain/shared/text';
import type { UploadedFile } from './upload-files';
import { hasTakenEffect } from './look-before-repeating';
import type { Sendings } from './round-memory';
import { attentionOf, isOpenOutcome, NeedsAttention, remoteDetailsOf } from './needs-attention';
import { gatewayOnce } from './profiles';
import { lastLook, stopIfCancelled, untilKnown, waitsForCancel } from './settle';
import type { TaskStory } from './task-story';

/** Refusals of the capture sibling that mean "look, then decide" (docs/reference/creative-force.md#refusals). */
const NOT_KNOWN_YET_OR_REPEATED = '24';
/** With this a submission is refused whose files Creative Force does not know. */
export const UNKNOWN_ASSET = NOT_KNOWN_YET_OR_REPEATED;
const ALREADY_SUBMITTED = ['152', '154'];

/** What is known of the tries of a round, those of before among them. */
interface Sending {
  mayHaveWorked: boolean;
}

/**
 * Hands over the mapping of a round, once in effect: after every answer that leaves it open whether the submission took
 * effect, the task is read before anything is sent again. `sending` says whether a try so far may have worked.
 */
export async function submitOnce(
  story: TaskStory,
  files: readonly UploadedFile[],
  settings: StudioSettings,
  sendings: Sendings,
  sending: Sending,
): Promise<AuditedSubmission | 'done by somebody'> {
  const submitted = files.map(submittedAsset);
  const begun = Date.now();
  story.enter('Submit', 'Waiting until Creative Force knows the uploaded files.');
  for (let attempt = 0; ; attempt++) {
    // Uploaded files are registered by something asynchronous, so the first try waits too
    // (docs/reference/creative-force.md#asset-registration).
    const waitMs = backoffDelay(settings.assetKnown.pace, attempt);
    // The wait before the first try is kept by the activity: a timer would cost five events in every history.
    const isFirst = attempt === 0;
    if (!isFirst) await sleep(waitMs, { summary: 'Wait until the uploads are known' });
    sendings.attempts += 1;
    try {
      story.enter('Submit', `Submitting ${pluralise(files.length, 'file')}.`);
      await sendSubmission(story, files, isFirst ? waitMs : undefined);
      return inEffect(sendings, 'answer');
    } catch (error) {
      // One that was refused did not take effect; if the task shows our files, an earlier one did.
      if (isOpenOutcome(error)) sendings.open = sendings.attempts;
      if (!mayHaveWorkedOrMayWorkLater(error)) throw error;
      sending.mayHaveWorked ||= !isRefusedAsRepeated(error);
      // Also after a cancel: what left the building must be known.
      const seen = { isOurs: false };
      const isTaken = await lastLook(story, () =>
        hasTakenEffect(story, settings, error, {
          summary: 'See whether the submission took effect',
          urgency: 'finish',
          shows: (task) => {
            seen.isOurs = showsSubmittedAssets(task, submitted);
            return isSubmissionAccepted(task, submitted);
          },
        }),
      );
      if (isTaken === true) {
        if (sending.mayHaveWorked || seen.isOurs) return inEffect(sendings, 'task');
        return 'done by somebody';
      }
      story.left.submission = isTaken === undefined ? 'unknown' : 'not shown';
      await stopIfCancelled();
      story.left.submission = undefined;
      if (isRefusedAsRepeated(error)) throw disagreement(error);
      if (Date.now() - begun > settings.assetKnown.giveUpMs) throw error;
    }
  }
}

/** How the submission came into effect, now that it is known. */
export function inEffect(
  { begunAt, attempts, open = 0 }: Sendings,
  knownFrom: AuditedSubmission['knownFrom'],
): AuditedSubmission {
  const effectiveAttempt = knownFrom === 'answer' ? attempts : open;
  return { begunAt, submittedAt: new Date().toISOString(), attempts, effectiveAttempt, knownFrom };
}

/** How a file is submitted. */
export function submittedAsset({ expected: { shotId, specId, variant }, assetId }: UploadedFile): SubmittedAsset {
  return { shotId, specId, variant, assetId };
}

/** A cancel waits for what comes of it: two seconds, against not knowing what left the building. */
async function sendSubmission(
  story: TaskStory,
  files: readonly UploadedFile[],
  afterMs: number | undefined,
): Promise<void> {
  const { submitAssets } = gatewayOnce(story.task.studio, `Submit ${pluralise(files.length, 'file')}`);
  const submission = {
    task: story.task,
    assets: files.map(submittedAsset),
    ...(afterMs !== undefined && { afterMs }),
  };
  await untilKnown(() => submitAssets.executeWithOptions(waitsForCancel, [submission]));
}

/** Whether the task must be read, and the submission perhaps be sent again. */
function mayHaveWorkedOrMayWorkLater(error: unknown): boolean {
  const code = remoteDetailsOf(error)?.code;
  return isOpenOutcome(error) || code === NOT_KNOWN_YET_OR_REPEATED || isRefusedAsRepeated(error);
}

function isRefusedAsRepeated(error: unknown): boolean {
  const code = remoteDetailsOf(error)?.code;
  return code !== undefined && ALREADY_SUBMITTED.includes(code);
}

function disagreement(error: unknown): NeedsAttention {
  return new NeedsAttention(
    attentionFor(
      'creative force error',
      `Creative Force says that the task was already submitted, but shows other files than ours. ${attentionOf(error)?.message ?? ''}`.trim(),
      ['Look at the task in Creative Force: did somebody else return it?'],
    ),
  );
}
