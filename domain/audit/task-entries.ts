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

/** Without what only the audit needs. */
function toDeliveredFile(file: AuditedFile): DeliveredFile {
  const { label, expectedKey, fileName, recipeKey, plan, outputId, blobHash, assetId, bytes, md5, sha256 } = file;
  return {
    label,
    expectedKey,
    fileName,
    recipeKey,
    ...(plan && { plan }),
    outputId,
    blobHash,
    assetId,
    bytes,
    md5,
    sha256,
  };
}
