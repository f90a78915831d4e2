import type { DeliveredFile, EarlierDelivery } from '../delivery/delivery-record';
import type { AuditedFile, DeliveryEntry } from './audit-entry';

/** The submissions among a task's audit entries, in their order. */
export function deliveriesIn(entries: readonly DeliveryEntry[]): EarlierDelivery[] {
  return entries
    .filter(({ event }) => event === 'delivered')
    .map(({ round, at, plan, submission, files, run }) => ({
      round,
      submittedAt: submission?.submittedAt ?? at,
      ...(plan && { plan }),
      files: files.map(toDeliveredFile),
      run,
    }));
}

/** An operator's decision that a task is left alone. */
export interface TaskStop {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly sentence: string;
}

const stops = ['cancelled', 'abandoned', 'terminated'] as const;

/** The operator's decision, if a task's last audit entry is one. */
export function stopIn(entries: readonly DeliveryEntry[]): TaskStop | undefined {
  const last = entries.at(-1);
  const event = stops.find((stop) => stop === last?.event);
  if (last === undefined || event === undefined) return undefined;
  return { at: last.at, sentence: last.sentence ?? `It was ${event}.` };
}

/** Without what only the audit needs. */
function toDeliveredFile(file: AuditedFile): DeliveredFile {
  const { label, expectedKey, fileName, recipeKey, plan, outputId, blobHash, assetId } = file;
  const { width, height, bytes, md5, sha256 } = file;
  return {
    label,
    expectedKey,
    fileName,
    recipeKey,
    ...(plan && { plan }),
    outputId,
    blobHash,
    assetId,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    bytes,
    md5,
    sha256,
  };
}
