import type { DeliveredRound } from '../../../domain/delivery/delivery-record';
import { attentionFor, attentionForRejection, attentionForUnclearRejection } from '../../../domain/operator/attention';
import { deliveredPixels } from '../../../domain/render/pixel-comparison';
import { pluralise } from '../../../domain/shared/text';
import { expectedOutputKey, type ShotOutput } from '../../../domain/task/expected-output';
import { expectedOutputLabel } from '../../../domain/task/output-label';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { Brief, RoundState, UploadedFile } from '../state/round-state';
import { toPixelIdentity } from './check-renders';
import { lastDelivered } from './earlier-deliveries';
import { needsAttention, type NeedsAttention } from './step';

/**
 * Corrections go out once their pixels have changed, or a person says so: the same pixels again would change nothing. When
 * nothing says what was rejected, a person is asked after a while.
 */
export function awaitCorrections(
  brief: Brief,
  { number, roundLimitLifted, rejection }: RoundState,
  { maxRounds, settlingMs, unclearAfterMs }: LifecyclePolicy,
  delivered: readonly DeliveredRound[],
): NeedsAttention {
  if (number > maxRounds && !roundLimitLifted) {
    const message = `Creative Force has sent this task back ${pluralise(number, 'time')}, and maxRounds allows ${maxRounds}.`;
    return needsAttention(attentionFor('too many rounds', message));
  }
  const { due, facts, saidBy, inferred } = brief;
  const now = Date.now();
  const { evidence = [], since = now, isShown = true, isNoted = false } = rejection ?? {};
  const keys = new Set(due.map(({ expected }) => expectedOutputKey(expected)));
  const before = lastDelivered(delivered).filter(({ expectedKey }) => keys.has(expectedKey));
  const pixels = deliveredPixels(before).map((one) => ({ ...one, isInferred: inferred.includes(one.expectedKey) }));
  const outputs = due.map((output) => ({
    expectedKey: expectedOutputKey(output.expected),
    label: expectedOutputLabel(facts, output),
  }));
  // A note without a place may still say in words what was rejected.
  const isUnclear = saidBy === 'nothing' && !isNoted;
  const askAt = isUnclear ? since + unclearAfterMs : undefined;
  const isLate = askAt !== undefined && askAt <= now;
  const attention = isLate
    ? attentionForUnclearRejection(evidence, isShown)
    : attentionForRejection({ outputs, evidence, isInferred: inferred.length > 0, settlingMs });
  // A task that shows nothing of a rejection is not answered by itself: what changes in Celtra may have other reasons.
  return { ...needsAttention(attention, isShown ? pixels : []), reviseAt: isLate ? undefined : askAt };
}

/** The outputs of this round: where nothing says which were rejected, those that have changed. */
export function outputsToCorrect({ due, inferred }: Brief, { corrected }: RoundState): readonly ShotOutput[] {
  if (corrected === undefined) return due;
  return due.filter(({ expected }) => {
    const key = expectedOutputKey(expected);
    return !inferred.includes(key) || corrected.includes(key);
  });
}

/** `nothing changed`: only an event told of the rejection, and there is nothing to answer it with. */
type KeptCorrections =
  | { readonly kind: 'done'; readonly files: readonly UploadedFile[] }
  | { readonly kind: 'nothing changed' }
  | NeedsAttention;

/** The files that go out: the very bytes that were rejected only stay behind where nothing says that they were. */
export function keepCorrections(
  { inferred }: Brief,
  { rejection }: RoundState,
  files: readonly UploadedFile[],
  delivered: readonly DeliveredRound[],
): KeptCorrections {
  const before = new Map(lastDelivered(delivered).map((file) => [file.expectedKey, file]));
  const isSame = ({ expected, file }: UploadedFile) => before.get(expected.expectedKey)?.sha256 === file.sha256;
  const changed = files.filter((file) => !isSame(file));
  const same = files.filter(isSame);
  const isInferred = same.every(({ expected }) => inferred.includes(expected.expectedKey));
  if (same.length === 0 || (isInferred && changed.length > 0)) return { kind: 'done', files: changed };
  return isInferred && rejection?.isShown === false ? { kind: 'nothing changed' } : refuseUnchanged(same, inferred);
}

function refuseUnchanged(same: readonly UploadedFile[], inferred: readonly string[]): NeedsAttention {
  const labels = same.map(({ expected: { label }, file: { sha256 } }) => `${label} (SHA-256 ${sha256.slice(0, 8)}…)`);
  const message = `Celtra still serves exactly the bytes that were rejected: ${labels.join('; ')}.`;
  const pixels = same.map((file) => ({
    ...toPixelIdentity(file),
    isInferred: inferred.includes(file.expected.expectedKey),
  }));
  const outputs = same.map(({ expected: { expectedKey, label } }) => ({ expectedKey, label }));
  return needsAttention(attentionFor('unchanged', message, { outputs }), pixels);
}
