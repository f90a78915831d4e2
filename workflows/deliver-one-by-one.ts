import { attentionFor } from '../domain/attention';
import type { StudioSettings } from '../domain/studio-settings';
import { counted } from '../domain/words';
import type { Brief } from './brief';
import { isHealedByFetchingAgain, TRIES } from './deliver-files';
import type { RenderedPairing } from './export-creatives';
import type { FetchedFile } from './fetch-files';
import { NeedsAttention } from './needs-attention';
import { toPixelFacts } from './pixel-facts';
import { fetchTransfer, onSpool, planning } from './profiles';
import type { TaskStory } from './task-story';
import { requestSlots, showDelivery, slotFor, type UploadedFile } from './upload-files';

/** As {@link deliverFiles} was in 0.1.0: one activity a file. For tasks that began that way. */
export async function deliverOneByOne(
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
  showDelivery(story, fetched, 'uploading');
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
  showDelivery(story, uploaded, 'uploaded');
  return uploaded;
}

/** Compares the files with their specs; what does not fit parks the task, or is only remarked if the studio wants that. */
async function checkFiles(story: TaskStory, fetched: readonly FetchedFile[], settings: StudioSettings): Promise<void> {
  const findings = await planning(`Check ${counted(fetched.length, 'file')} against the specs`).checkFiles({
    files: fetched.map(({ expected: { label, spec }, file }) => ({ expected: { label, spec }, file })),
  });
  if (findings.length === 0) return;
  if (settings.onMismatch === 'warn') {
    for (const finding of findings) story.remark(finding);
    return;
  }
  throw new NeedsAttention(attentionFor('spec mismatch', findings.join(' ')), fetched.map(toPixelFacts));
}
