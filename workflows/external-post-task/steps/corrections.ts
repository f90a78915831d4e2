import type { DeliveredRound } from '../../../domain/delivery/delivery-record';
import { attentionFor, attentionForRejection } from '../../../domain/operator/attention';
import { deliveredPixels } from '../../../domain/render/pixel-comparison';
import { pluralise } from '../../../domain/shared/text';
import { isCorrection } from '../../../domain/task/due-set';
import { expectedOutputKey } from '../../../domain/task/expected-output';
import { expectedOutputLabel } from '../../../domain/task/output-label';
import type { Brief, RoundState, UploadedFile } from '../state/round-state';
import { toPixelIdentity } from './check-renders';
import { lastDelivered } from './earlier-deliveries';
import { needsAttention, type NeedsAttention } from './step';

/** Whether this round answers a rejection, by what the task, its annotations or an event say. */
export function answersRejection({ facts: { task }, annotations, due }: Brief, isReported: boolean): boolean {
  const wasReturned = due.some(({ expected }) => expected.assetId !== undefined);
  return isCorrection(task, annotations) || (isReported && wasReturned);
}

/** Corrections go out once their pixels have changed, or a person says so: the same pixels again would change nothing. */
export function awaitCorrections(
  { due, facts }: Brief,
  { number, roundLimitLifted }: RoundState,
  maxRounds: number,
  delivered: readonly DeliveredRound[],
): NeedsAttention {
  if (number > maxRounds && !roundLimitLifted) {
    const message = `Creative Force has sent this task back ${pluralise(number, 'time')}, and maxRounds allows ${maxRounds}.`;
    return needsAttention(attentionFor('too many rounds', message));
  }
  const keys = new Set(due.map(({ expected }) => expectedOutputKey(expected)));
  const before = lastDelivered(delivered).filter(({ expectedKey }) => keys.has(expectedKey));
  const labels = due.map((output) => expectedOutputLabel(facts, output));
  return needsAttention(attentionForRejection(labels), deliveredPixels(before));
}

/** A result when some of these files are the very bytes that were rejected. */
export function refuseUnchanged(
  files: readonly UploadedFile[],
  delivered: readonly DeliveredRound[],
): NeedsAttention | undefined {
  const before = new Map(lastDelivered(delivered).map((file) => [file.expectedKey, file]));
  const same = files.filter(({ expected, file }) => before.get(expected.expectedKey)?.sha256 === file.sha256);
  if (same.length === 0) return undefined;
  const labels = same.map(({ expected: { label }, file: { sha256 } }) => `${label} (SHA-256 ${sha256.slice(0, 8)}…)`);
  const message = `Celtra still gives the very bytes that were rejected: ${labels.join('; ')}.`;
  return needsAttention(attentionFor('unchanged', message), same.map(toPixelIdentity));
}
