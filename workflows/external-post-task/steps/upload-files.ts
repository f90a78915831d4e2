import type { UploadSlot } from '../../../activities/creative-force/creative-force-activities';
import { type UploadReceipt, uploadReceipts } from '../../../domain/delivery/batch-report';
import { attentionFor } from '../../../domain/operator/attention';
import { chunk } from '../../../domain/shared/chunk';
import { pluralise } from '../../../domain/shared/text';
import { FILES_PER_BATCH, gatewayRead, spoolUpload } from '../../activity-options';
import type { Brief, FetchedFile, UploadedFile } from '../state/round-state';
import { lastReportOf } from './activity-failure';
import { needsAttention, type NeedsAttention, type StepContext } from './step';

/** What is uploaded now, and how the upload ended: what a batch had stored before it failed counts as well. */
export interface UploadResult {
  readonly stored: readonly UploadedFile[];
  /** Queues of the spools that were cleared along with the upload. */
  readonly clearedQueues: readonly string[];
  readonly end: { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: unknown } | NeedsAttention;
}

export async function uploadFiles(
  context: StepContext,
  brief: Brief,
  fetched: readonly FetchedFile[],
  stored: readonly UploadedFile[],
): Promise<UploadResult> {
  const { reporter } = context;
  const missing = fetched.filter((one) => findStored(one, stored) === undefined);
  if (missing.length === 0) {
    showFiles(context, fetched, 'uploaded');
    return { stored, clearedQueues: [], end: { kind: 'done' } };
  }
  const slots = await requestSlots(context, brief, missing);
  if ('kind' in slots) return { stored, clearedQueues: [], end: slots };
  reporter.enter('Deliver', `Uploading ${pluralise(missing.length, 'file')} to Creative Force.`);
  showFiles(context, fetched, 'uploading');
  const batches = batchesByQueue(missing, slots);
  // All batches are awaited, else the next try would send again what the others are just sending.
  const results = await Promise.all(batches.map((batch) => uploadBatch(context, batch)));
  const failed = results.find(({ error }) => error !== undefined);
  if (failed === undefined) showFiles(context, fetched, 'uploaded');
  return {
    stored: [...stored, ...results.flatMap(({ uploaded }) => uploaded)],
    clearedQueues: batches.flatMap(({ queue, isWhole }, at) =>
      isWhole && results[at]?.error === undefined ? queue : [],
    ),
    end: failed === undefined ? { kind: 'done' } : { kind: 'failed', error: failed.error },
  };
}

/** Those of the files that are stored already: the same bytes under the same name. */
export function uploadedAmong(fetched: readonly FetchedFile[], stored: readonly UploadedFile[]): UploadedFile[] {
  return fetched.flatMap((one) => {
    const found = findStored(one, stored);
    return found === undefined ? [] : [{ ...one, assetId: found.assetId, receipt: found.receipt }];
  });
}

function findStored({ expected, file }: FetchedFile, stored: readonly UploadedFile[]): UploadedFile | undefined {
  return stored.find(
    (one) =>
      one.expected.expectedKey === expected.expectedKey &&
      one.expected.fileName === expected.fileName &&
      one.file.sha256 === file.sha256,
  );
}

interface UploadBatch {
  readonly queue: string;
  readonly files: readonly { readonly fetched: FetchedFile; readonly slot: UploadSlot }[];
  /** It is all that the spool holds of this round, so that the spool may be cleared with it. */
  readonly isWhole: boolean;
}

function batchesByQueue(missing: readonly FetchedFile[], slots: ReadonlyMap<string, UploadSlot>): UploadBatch[] {
  const files = missing.flatMap((fetched) => {
    const slot = slots.get(fetched.expected.expectedKey);
    return slot === undefined ? [] : [{ fetched, slot }];
  });
  return [...new Set(files.map(({ fetched }) => fetched.file.queue))].flatMap((queue) => {
    const batches = chunk(
      files.filter(({ fetched }) => fetched.file.queue === queue),
      FILES_PER_BATCH,
    );
    return batches.map((batch) => ({ queue, files: batch, isWhole: batches.length === 1 }));
  });
}

async function uploadBatch(
  { task: { studio, taskId }, settings }: StepContext,
  { queue, files, isWhole }: UploadBatch,
): Promise<{ uploaded: UploadedFile[]; error?: unknown }> {
  const withReceipts = (receipts: ReadonlyMap<number, UploadReceipt>): UploadedFile[] =>
    files.flatMap(({ fetched, slot }, position) => {
      const receipt = receipts.get(position);
      return receipt === undefined ? [] : [{ ...fetched, assetId: slot.assetId, receipt }];
    });
  const [first] = files;
  const what =
    files.length === 1 && first !== undefined ? first.fetched.expected.fileName : pluralise(files.length, 'file');
  try {
    const receipts = await spoolUpload(queue, `Upload ${what}`, settings.lifecycle).uploadFiles({
      files: files.map(({ fetched, slot: { sealedAddress } }) => ({
        studio,
        taskId,
        fileId: fetched.file.fileId,
        sealedAddress,
      })),
      ...(isWhole && { thenDrop: { taskId } }),
    });
    return { uploaded: withReceipts(new Map(receipts.entries())) };
  } catch (error) {
    return { uploaded: withReceipts(uploadReceipts(lastReportOf(error))), error };
  }
}

/** Asks for upload addresses, by expected key; a file that gets none needs a person. Large requests are split like bulk reads. */
async function requestSlots(
  { task: { studio, taskId }, settings }: StepContext,
  brief: Brief,
  fetched: readonly FetchedFile[],
): Promise<ReadonlyMap<string, UploadSlot> | NeedsAttention> {
  const answers = await Promise.all(
    chunk(fetched, settings.bulkSize).map((part) => {
      const summary = `Ask for ${pluralise(part.length, 'upload address')}`;
      return gatewayRead(studio, summary, 'finish').requestUploadAddresses({
        studio,
        taskId,
        workspaceId: brief.facts.task.workspace.id,
        files: part.map(({ expected: { expectedKey, fileName }, file: { bytes, md5 } }) => ({
          expectedKey,
          fileName,
          bytes,
          md5,
        })),
      });
    }),
  );
  const slots = answers.flatMap((answer) => answer.slots);
  const refused = answers.flatMap((answer) => answer.refused);
  const byKey = new Map(slots.map((slot) => [slot.expectedKey, slot]));
  const silent = fetched.find(({ expected }) => !byKey.has(expected.expectedKey));
  const message =
    refused.length > 0
      ? refused.map((one) => one.message).join(' ')
      : silent && `Creative Force gave no upload address for ${silent.expected.fileName}, and no reason.`;
  return message === undefined ? byKey : needsAttention(attentionFor('creative force error', message));
}

function showFiles({ reporter }: StepContext, files: readonly FetchedFile[], state: 'uploading' | 'uploaded'): void {
  reporter.outputsKnown(
    files.map(({ expected: { expectedKey, fileName }, creative: name, assetKey, file, findings }) => {
      const { outputId, sha256, format, width, height, bytes } = file;
      return {
        expectedKey,
        creative: { outputId, name, assetKey },
        file: { fileName, sha256, format, width, height, bytes, ...(findings && { findings }) },
      };
    }),
  );
  reporter.showFiles(
    files.map(({ expected: { label, expectedKey, fileName }, creative, file: { bytes } }) => {
      return { label, expectedKey, creative, fileName, bytes, state };
    }),
  );
}
