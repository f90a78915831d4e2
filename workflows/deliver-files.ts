import { CancellationScope } from '@temporalio/workflow';

import type { UploadSlot } from '../activities/creative-force';
import { failureTypes } from '../domain/failure-type';
import type { PlannedOutput } from '../domain/plan';
import type { SpooledFile } from '../domain/rendered-asset';
import type { StudioSettings } from '../domain/studio-settings';
import { counted } from '../domain/words';
import type { Brief } from './brief';
import type { RenderedPairing } from './export-creatives';
import { failureTypeOf, isTimeout, NeedsAttention } from './needs-attention';
import { clearSpool, fetchTransfer, gatewayRead, onSpool, planning } from './profiles';
import type { TaskStory } from './task-story';

/** A file that lies in Creative Force's store, and the id to submit it under. */
export interface UploadedFile {
  readonly expected: PlannedOutput;
  readonly creative: string;
  readonly file: SpooledFile;
  readonly assetId: string;
}

/** How often the whole delivery is begun again because a spool was lost or an address ran out. */
const TRIES = 5;

/** Downloads, checks and uploads all files of the round. When a worker dies with its spool, they are fetched elsewhere. */
export async function deliverFiles(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  settings: StudioSettings,
): Promise<UploadedFile[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deliverOnce(story, brief, pairings, settings);
    } catch (error) {
      if (attempt >= TRIES || !isHealedByFetchingAgain(error)) throw error;
      story.remark(`Delivery attempt ${attempt} was interrupted; the files are fetched again.`);
    }
  }
}

/** Removes what this task has left in spools; also after a cancel. What cannot be reached now is cleared by age. */
export async function clearSpools(story: TaskStory): Promise<void> {
  const { taskId } = story.task;
  await CancellationScope.nonCancellable(async () => {
    await Promise.allSettled(story.takeSpools().map((queue) => clearSpool(queue).dropFiles({ taskId })));
  });
}

function isHealedByFetchingAgain(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === failureTypes.notInSpool || type === failureTypes.addressRefused || isTimeout(error);
}

async function deliverOnce(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  settings: StudioSettings,
): Promise<UploadedFile[]> {
  const { studio, taskId } = story.task;
  story.enter('Deliver', `Downloading ${counted(pairings.length, 'file')} from Celtra.`);
  const fetched = await Promise.all(
    pairings.map(async (pairing) => {
      const { expected, output, asset, assetFormats } = pairing;
      const { outputId, designFileId, contentHash } = output;
      const file = await fetchTransfer(studio, `Download ${expected.label}`).fetchRender({
        studio,
        taskId,
        output: { outputId, designFileId, contentHash },
        asset,
        assetFormats,
      });
      story.usesSpool(file.queue);
      return { expected, creative: output.name ?? outputId, file };
    }),
  );
  await checkFiles(story, fetched, settings);
  const slots = await requestSlots(story, brief, fetched);

  story.enter('Deliver', `Uploading ${counted(fetched.length, 'file')} to Creative Force.`);
  show(story, fetched, 'uploading');
  const uploaded = await Promise.all(
    fetched.map(async (one) => {
      const slot = slotFor(one, slots);
      await onSpool(one.file.queue, `Upload ${one.expected.fileName}`).uploadFile({
        studio,
        taskId,
        fileId: one.file.fileId,
        sealedAddress: slot.sealedAddress,
      });
      return { ...one, assetId: slot.assetId };
    }),
  );
  show(story, uploaded, 'uploaded');
  return uploaded;
}

type FetchedFile = Omit<UploadedFile, 'assetId'>;

async function checkFiles(story: TaskStory, fetched: readonly FetchedFile[], settings: StudioSettings): Promise<void> {
  const findings = await planning(`Check ${counted(fetched.length, 'file')} against the specs`).checkFiles({
    files: fetched.map(({ expected, file }) => ({ expected, file })),
  });
  if (findings.length === 0) return;
  if (settings.onMismatch === 'warn') {
    for (const finding of findings) story.remark(finding);
    return;
  }
  throw new NeedsAttention({
    cause: 'spec mismatch',
    message: findings.join(' '),
    nextActions: [
      'Correct the creative in Celtra or the asset format in the recipe, then resume the task: send the update "resume" in the Web UI.',
      'To deliver all the same, set preflight.onMismatch to warn for this studio in extpost.yaml.',
    ],
  });
}

async function requestSlots(story: TaskStory, brief: Brief, fetched: readonly FetchedFile[]): Promise<UploadSlot[]> {
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

function slotFor({ expected }: FetchedFile, slots: readonly UploadSlot[]): UploadSlot {
  const slot = slots.find(({ expectedKey }) => expectedKey === expected.expectedKey);
  if (slot === undefined)
    throw refusal(`Creative Force gave no upload address for ${expected.fileName}, and no reason.`);
  return slot;
}

function refusal(message: string): NeedsAttention {
  return new NeedsAttention({
    cause: 'creative force error',
    message,
    nextActions: ['Look at the message, then resume the task: send the update "resume" in the Web UI.'],
  });
}

function show(story: TaskStory, files: readonly FetchedFile[], state: string): void {
  story.showFiles(
    files.map(({ expected, creative, file }) => ({
      label: expected.label,
      creative,
      fileName: expected.fileName,
      bytes: file.bytes,
      state,
    })),
  );
}
