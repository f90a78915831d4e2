import { toPlannedOutput } from '../domain/operator/decisions';
import type { ExportGroup, PlannedOutput } from '../domain/plan/export-plan';
import type { SpooledFile } from '../domain/render/rendered-asset';
import { pluralise } from '../domain/shared/text';
import { batchesOf } from './batches';
import type { Brief } from './brief';
import type { RenderedPairing } from './export-creatives';
import { fetchTransfer } from './profiles';
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

/** Brings what Celtra has rendered, and what people have supplied, into spools. */
export async function fetchFiles(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
): Promise<FetchedFile[]> {
  const { studio, taskId } = story.task;
  const supplied = suppliedOutputs(story, brief);
  const total = pairings.length + supplied.length;
  story.enter('Deliver', `Downloading ${pluralise(total, 'file')}.`);
  const rendered = batchesOf(pairings).map(async (batch) => {
    const files = await fetchTransfer(studio, `Download ${pluralise(batch.length, 'file')}`).fetchRenders({
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
    const file = await fetchTransfer(studio, summary).fetchSuppliedFile({
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
