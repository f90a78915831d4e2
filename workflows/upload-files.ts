import type { UploadSlot } from '../activities/creative-force/creative-force-activities';
import { attentionFor } from '../domain/operator/attention';
import { uploadReceipts, type UploadReceipt } from '../domain/delivery/batch-report';
import { pluralise } from '../domain/shared/text';
import { batchesOf, byQueue } from './batches';
import type { Brief } from './brief';
import type { FetchedFile } from './fetch-files';
import { leftBehindBy, NeedsAttention } from './needs-attention';
import { gatewayRead, onSpool } from './profiles';
import type { CarriedRound, StoredFile } from './round-memory';
import type { TaskStory } from './task-story';

/** A file that lies in Creative Force's store, and the id to submit it under. */
export interface UploadedFile extends FetchedFile {
  readonly assetId: string;
  readonly receipt?: UploadReceipt | undefined;
}

/** Uploads what is not stored yet, and remembers it: also of a batch that fails or is cancelled what it had stored. */
export async function uploadFiles(
  story: TaskStory,
  brief: Brief,
  fetched: readonly FetchedFile[],
  memory: CarriedRound,
  awayMs: number | undefined,
): Promise<UploadedFile[]> {
  const storedOf = ({ expected, file }: FetchedFile): StoredFile | undefined =>
    memory.stored.find(
      ({ expectedKey, sha256, fileName }) =>
        expectedKey === expected.expectedKey && sha256 === file.sha256 && fileName === expected.fileName,
    );
  const allStored = (): UploadedFile[] =>
    fetched.flatMap((one) => {
      const stored = storedOf(one);
      return stored === undefined ? [] : [{ ...one, assetId: stored.assetId, receipt: stored.receipt }];
    });
  const missing = fetched.filter((one) => storedOf(one) === undefined);
  if (missing.length > 0) {
    const slots = await requestSlots(story, brief, missing);
    const remember = (one: FetchedFile | undefined, receipt: UploadReceipt | undefined): void => {
      if (one === undefined) return;
      const { expectedKey, fileName } = one.expected;
      memory.stored.push({
        expectedKey,
        fileName,
        sha256: one.file.sha256,
        assetId: slotFor(one, slots).assetId,
        receipt,
      });
      story.underWay = allStored();
    };
    story.enter('Deliver', `Uploading ${pluralise(missing.length, 'file')} to Creative Force.`);
    showDelivery(story, fetched, 'uploading');
    const uploads = [...byQueue(missing)].flatMap(([queue, files]) => {
      const batches = batchesOf(files);
      return batches.map(async (batch) => {
        try {
          const receipts = await uploadBatch(story, queue, batch, { slots, isWhole: batches.length === 1, awayMs });
          batch.forEach((one, index) => {
            remember(one, receipts[index]);
          });
        } catch (error) {
          for (const [position, receipt] of uploadReceipts(leftBehindBy(error))) remember(batch[position], receipt);
          throw error;
        }
      });
    });
    try {
      await Promise.all(uploads);
    } catch (error) {
      // Else the next try would send again what the other batches are just sending.
      await Promise.allSettled(uploads);
      throw error;
    }
  }
  showDelivery(story, fetched, 'uploaded');
  return allStored();
}

/** `isWhole`: the batch is all that the spool holds of this round, so that the spool may be cleared with it. */
async function uploadBatch(
  story: TaskStory,
  queue: string,
  batch: readonly FetchedFile[],
  { slots, isWhole, awayMs }: BatchUpload,
): Promise<readonly UploadReceipt[]> {
  const { studio, taskId } = story.task;
  const [first] = batch;
  const what = batch.length === 1 && first !== undefined ? first.expected.fileName : pluralise(batch.length, 'file');
  const receipts = await onSpool(queue, `Upload ${what}`, { calling: 'waits for a cancel', awayMs }).uploadFiles({
    files: batch.map((one) => ({
      studio,
      taskId,
      fileId: one.file.fileId,
      sealedAddress: slotFor(one, slots).sealedAddress,
    })),
    ...(isWhole && { thenDrop: { taskId } }),
  });
  if (isWhole) story.hasCleared(queue);
  return receipts;
}

interface BatchUpload {
  readonly slots: readonly UploadSlot[];
  readonly isWhole: boolean;
  readonly awayMs: number | undefined;
}

/** Asks for upload addresses, all in one request; a file that gets none parks the task. */
async function requestSlots(story: TaskStory, brief: Brief, fetched: readonly FetchedFile[]): Promise<UploadSlot[]> {
  const { studio } = story.task;
  const summary = `Ask for ${pluralise(fetched.length, 'upload address')}`;
  const { slots, refused } = await gatewayRead(studio, summary, 'finish').requestUploadAddresses({
    studio,
    workspaceId: brief.facts.task.workspace.id,
    files: fetched.map(({ expected, file }) => ({
      expectedKey: expected.expectedKey,
      fileName: expected.fileName,
      bytes: file.bytes,
      md5: file.md5,
    })),
  });
  if (refused.length > 0) throw refusal(refused.map(({ message }) => message).join(' '));
  return slots;
}

function slotFor({ expected }: FetchedFile, slots: readonly UploadSlot[]): UploadSlot {
  const slot = slots.find(({ expectedKey }) => expectedKey === expected.expectedKey);
  if (slot === undefined) {
    throw refusal(`Creative Force gave no upload address for ${expected.fileName}, and no reason.`);
  }
  return slot;
}

/** Shows where the files stand: `uploading`, `uploaded`. */
function showDelivery(story: TaskStory, files: readonly FetchedFile[], state: string): void {
  story.showFiles(
    files.map(({ expected, creative, file }) => ({
      label: expected.label,
      expectedKey: expected.expectedKey,
      creative,
      fileName: expected.fileName,
      bytes: file.bytes,
      state,
    })),
  );
}

function refusal(message: string): NeedsAttention {
  return new NeedsAttention(attentionFor('creative force error', message));
}
