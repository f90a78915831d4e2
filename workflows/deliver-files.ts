import type { UploadSlot } from '../activities/creative-force';
import { attentionFor } from '../domain/attention';
import { toPlannedOutput } from '../domain/decisions';
import { failureTypes } from '../domain/failure-type';
import type { ExportGroup, PlannedOutput } from '../domain/plan';
import type { SpooledFile } from '../domain/rendered-asset';
import { counted } from '../domain/words';
import { batchesOf, byQueue } from './batches';
import type { Brief } from './brief';
import { checkRenders } from './check-renders';
import type { RenderedPairing } from './export-creatives';
import { failureTypeOf, isLost, NeedsAttention } from './needs-attention';
import { fetchTransfer, gatewayRead, onSpool } from './profiles';
import type { CarriedRound } from './round-memory';
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
}

/** How often the whole delivery is begun again because a spool was lost or an address ran out. */
export const TRIES = 5;

/**
 * Downloads, checks and uploads all files of the round. What a try before has stored is not stored again, unless its bytes
 * differ. When a worker dies with its spool, files are fetched elsewhere.
 */
export async function deliverFiles(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  memory: CarriedRound,
): Promise<UploadedFile[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const fetched = await fetchFiles(story, brief, pairings);
      const checked = await checkRenders(story, fetched, memory.isForced);
      return await uploadFiles(story, brief, checked, memory);
    } catch (error) {
      if (attempt >= TRIES || !isHealedByFetchingAgain(error)) throw error;
      story.remark(`Delivery attempt ${attempt} was interrupted; the files are fetched again.`);
    }
  }
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
): Promise<FetchedFile[]> {
  const { studio, taskId } = story.task;
  const supplied = suppliedOutputs(story, brief);
  const total = pairings.length + supplied.length;
  story.enter('Deliver', `Downloading ${counted(total, 'file')}.`);
  const rendered = batchesOf(pairings).map(async (batch) => {
    const files = await fetchTransfer(studio, `Download ${counted(batch.length, 'file')}`).fetchRenders({
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
    const file = await fetchTransfer(studio, `Fetch the file supplied for ${expected.label}`).fetchSuppliedFile({
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

/** Uploads what is not stored yet, and remembers it. */
async function uploadFiles(
  story: TaskStory,
  brief: Brief,
  fetched: readonly FetchedFile[],
  memory: CarriedRound,
): Promise<UploadedFile[]> {
  const storedAs = ({ expected, file }: FetchedFile): string | undefined =>
    memory.stored.find(
      ({ expectedKey, sha256, fileName }) =>
        expectedKey === expected.expectedKey && sha256 === file.sha256 && fileName === expected.fileName,
    )?.assetId;
  const missing = fetched.filter((one) => storedAs(one) === undefined);
  if (missing.length > 0) {
    const slots = await requestSlots(story, brief, missing);
    story.enter('Deliver', `Uploading ${counted(missing.length, 'file')} to Creative Force.`);
    showDelivery(story, fetched, 'uploading');
    await Promise.all(
      [...byQueue(missing)].flatMap(([queue, files]) => {
        const batches = batchesOf(files);
        return batches.map(async (batch) => {
          await uploadBatch(story, queue, batch, slots, batches.length === 1);
          memory.stored.push(...batch.map((one) => toStored(one, slots)));
        });
      }),
    );
  }
  showDelivery(story, fetched, 'uploaded');
  return fetched.flatMap((one) => {
    const assetId = storedAs(one);
    return assetId === undefined ? [] : [{ ...one, assetId }];
  });
}

/** `isWhole`: the batch is all that the spool holds of this round, so that the spool may be cleared with it. */
async function uploadBatch(
  story: TaskStory,
  queue: string,
  batch: readonly FetchedFile[],
  slots: readonly UploadSlot[],
  isWhole: boolean,
): Promise<void> {
  const { studio, taskId } = story.task;
  const [first] = batch;
  const what = batch.length === 1 && first !== undefined ? first.expected.fileName : counted(batch.length, 'file');
  await onSpool(queue, `Upload ${what}`).uploadFiles({
    files: batch.map((one) => ({
      studio,
      taskId,
      fileId: one.file.fileId,
      sealedAddress: slotFor(one, slots).sealedAddress,
    })),
    ...(isWhole && { thenDrop: { taskId } }),
  });
  if (isWhole) story.hasCleared(queue);
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

function toStored(one: FetchedFile, slots: readonly UploadSlot[]): CarriedRound['stored'][number] {
  const { expectedKey, fileName } = one.expected;
  return { expectedKey, fileName, sha256: one.file.sha256, assetId: slotFor(one, slots).assetId };
}
