import { CancellationScope } from '@temporalio/workflow';

import type { UploadSlot } from '../activities/creative-force';
import { attentionFor } from '../domain/attention';
import { receiptsIn, type UploadReceipt } from '../domain/batch-report';
import { toPlannedOutput } from '../domain/decisions';
import { failureTypes } from '../domain/failure-type';
import type { ExportGroup, PlannedOutput } from '../domain/plan';
import type { SpooledFile } from '../domain/rendered-asset';
import { counted } from '../domain/words';
import { batchesOf, byQueue } from './batches';
import type { Brief } from './brief';
import { checkRenders } from './check-renders';
import type { RenderedPairing } from './export-creatives';
import { transfersTellWhatTheyStored } from './generation';
import { failureTypeOf, isLost, leftBehindBy, NeedsAttention } from './needs-attention';
import { fetchTransfer, gatewayRead, onSpool, type Calling } from './profiles';
import type { CarriedRound, StoredFile } from './round-memory';
import type { TaskStory } from './task-story';

/** A file that lies in a worker's spool, what it answers, and what its recipe says of checks and changes. */
export interface FetchedFile extends Pick<ExportGroup, 'preflight' | 'convert'> {
  readonly expected: PlannedOutput;
  readonly creative: string;
  readonly file: SpooledFile;
  /** The saved version of the design, and the pixels, as Celtra names them. */
  readonly contentHash?: string | undefined;
  readonly blobHash?: string | undefined;
  /** What the check found and let pass, in words. */
  readonly findings?: readonly string[] | undefined;
}

/** A file that lies in Creative Force's store, and the id to submit it under. */
export interface UploadedFile extends FetchedFile {
  readonly assetId: string;
  /** Absent when it was stored by a version from before. */
  readonly receipt?: UploadReceipt | undefined;
}

/** How often the whole delivery is begun again because a spool was lost or an address ran out. */
export const TRIES = 5;

/**
 * Downloads, checks and uploads all files of the round. What a try before has stored is not stored again, unless its bytes
 * differ. When a worker dies with its spool, files are fetched elsewhere. A cancel is waited for: what had been stored by
 * then is known.
 */
export async function deliverFiles(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  memory: CarriedRound,
): Promise<UploadedFile[]> {
  const calling: Calling = transfersTellWhatTheyStored() ? 'waits for a cancel' : 'leaves at a cancel';
  for (let attempt = 1; ; attempt++) {
    try {
      const fetched = await fetchFiles(story, brief, pairings, calling);
      const checked = await checkRenders(story, fetched, memory.isForced);
      const uploaded = await uploadFiles(story, brief, checked, memory, calling);
      if (calling === 'waits for a cancel') await stopIfCancelled();
      return uploaded;
    } catch (error) {
      if (attempt >= TRIES || !isHealedByFetchingAgain(error)) throw error;
      story.remark(`Delivery attempt ${attempt} was interrupted; the files are fetched again.`);
    }
  }
}

/** The last file may have been stored while the cancel was on its way; then nothing more leaves. */
async function stopIfCancelled(): Promise<void> {
  const scope = CancellationScope.current();
  if (scope.consideredCancelled) await scope.cancelRequested;
}

/** What another download, or another address, heals. */
export function isHealedByFetchingAgain(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === failureTypes.notInSpool || type === failureTypes.addressRefused || isLost(error);
}

/** Brings what Celtra has rendered, and what people have supplied, into spools. */
async function fetchFiles(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  calling: Calling,
): Promise<FetchedFile[]> {
  const { studio, taskId } = story.task;
  const supplied = suppliedOutputs(story, brief);
  const total = pairings.length + supplied.length;
  story.enter('Deliver', `Downloading ${counted(total, 'file')}.`);
  const rendered = batchesOf(pairings).map(async (batch) => {
    const files = await fetchTransfer(studio, `Download ${counted(batch.length, 'file')}`, calling).fetchRenders({
      files: batch.map(({ output: { outputId, designFileId, contentHash }, asset, assetFormats }) => ({
        studio,
        taskId,
        output: { outputId, designFileId, contentHash },
        asset,
        assetFormats,
      })),
    });
    return batch.flatMap(({ expected, output, asset, preflight, convert }, index): FetchedFile[] => {
      const file = files[index];
      if (file === undefined) return [];
      const creative = output.name ?? output.outputId;
      const { contentHash } = output;
      const recipe = { ...(preflight && { preflight }), ...(convert && { convert }) };
      return [{ expected, creative, file, contentHash, blobHash: asset.blobHash, ...recipe }];
    });
  });
  const brought = supplied.map(async ({ expected, source }): Promise<FetchedFile[]> => {
    const summary = `Fetch the file supplied for ${expected.label}`;
    const file = await fetchTransfer(studio, summary, calling).fetchSuppliedFile({
      studio,
      taskId,
      expectedKey: expected.expectedKey,
      ...source,
    });
    return [{ expected, creative: 'supplied by a person', file }];
  });
  const fetched = (await Promise.all([...rendered, ...brought])).flat();
  for (const { file } of fetched) story.usesSpool(file.queue);
  return fetched;
}

/** The outputs for which a person has supplied a file, with where it lies. */
function suppliedOutputs(story: TaskStory, { facts, due }: Brief) {
  const { files } = story.inbox.decisions;
  return due
    .map((output) => toPlannedOutput(facts, output))
    .flatMap((expected) => {
      const source = files[expected.expectedKey];
      return source === undefined ? [] : [{ expected, source }];
    });
}

/** Uploads what is not stored yet, and remembers it: also of a batch that fails or is cancelled what it had stored. */
async function uploadFiles(
  story: TaskStory,
  brief: Brief,
  fetched: readonly FetchedFile[],
  memory: CarriedRound,
  calling: Calling,
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
    story.enter('Deliver', `Uploading ${counted(missing.length, 'file')} to Creative Force.`);
    showDelivery(story, fetched, 'uploading');
    const uploads = [...byQueue(missing)].flatMap(([queue, files]) => {
      const batches = batchesOf(files);
      return batches.map(async (batch) => {
        try {
          const receipts = await uploadBatch(story, queue, batch, { slots, isWhole: batches.length === 1, calling });
          batch.forEach((one, index) => {
            remember(one, receipts?.[index]);
          });
        } catch (error) {
          for (const [position, receipt] of receiptsIn(leftBehindBy(error))) remember(batch[position], receipt);
          throw error;
        }
      });
    });
    try {
      await Promise.all(uploads);
    } catch (error) {
      // Else the next try would send again what the other batches are just sending.
      if (calling === 'waits for a cancel') await Promise.allSettled(uploads);
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
  { slots, isWhole, calling }: { slots: readonly UploadSlot[]; isWhole: boolean; calling: Calling },
): Promise<readonly UploadReceipt[] | undefined> {
  const { studio, taskId } = story.task;
  const [first] = batch;
  const what = batch.length === 1 && first !== undefined ? first.expected.fileName : counted(batch.length, 'file');
  // A worker of a version from before answers nothing.
  const receipts: readonly UploadReceipt[] | undefined = await onSpool(queue, `Upload ${what}`, calling).uploadFiles({
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

/** Asks for upload addresses, all in one request; a file that gets none parks the task. */
export async function requestSlots(
  story: TaskStory,
  brief: Brief,
  fetched: readonly FetchedFile[],
): Promise<UploadSlot[]> {
  const { studio } = story.task;
  const summary = `Ask for ${counted(fetched.length, 'upload address')}`;
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

export function slotFor({ expected }: FetchedFile, slots: readonly UploadSlot[]): UploadSlot {
  const slot = slots.find(({ expectedKey }) => expectedKey === expected.expectedKey);
  if (slot === undefined) {
    throw refusal(`Creative Force gave no upload address for ${expected.fileName}, and no reason.`);
  }
  return slot;
}

/** Shows where the files stand: `uploading`, `uploaded`. */
export function showDelivery(story: TaskStory, files: readonly FetchedFile[], state: string): void {
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
