import type { DeliveredFile, DeliveredRound } from '../domain/delivery/delivery-record';
import { toDeliveredFilePlan, type PlanRecord } from '../domain/plan/plan-record';
import type { UploadedFile } from './upload-files';

/** What a round leaves in the task's record. */
export function deliveredRound(
  files: readonly UploadedFile[],
  plan: PlanRecord | undefined,
): Omit<DeliveredRound, 'round'> {
  return {
    submittedAt: new Date().toISOString(),
    ...(plan && { plan: { hash: plan.hash, extras: plan.extras } }),
    files: files.map((file) => deliveredFile(file, plan)),
  };
}

/** What is known of one file that was handed over. */
export function deliveredFile(
  { expected, file, assetId, blobHash }: UploadedFile,
  plan: PlanRecord | undefined,
): DeliveredFile {
  const line = plan?.lines.find(({ expectedKey }) => expectedKey === expected.expectedKey);
  const { bytes, md5, sha256, outputId } = file;
  return {
    label: expected.label,
    expectedKey: expected.expectedKey,
    fileName: expected.fileName,
    recipeKey: expected.key,
    ...(line && { plan: toDeliveredFilePlan(line) }),
    outputId,
    blobHash,
    assetId,
    bytes,
    md5,
    sha256,
  };
}
