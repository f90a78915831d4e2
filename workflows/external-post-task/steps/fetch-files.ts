import { type Decisions, toPlannedOutput } from '../../../domain/operator/decisions';
import { chunk } from '../../../domain/shared/chunk';
import { pluralise } from '../../../domain/shared/text';
import { fetchTransfer, FILES_PER_BATCH } from '../../activity-options';
import type { Brief, FetchedFile, RenderedPairing } from '../state/round-state';
import type { KnownAddresses } from './export-creatives';
import type { StepContext } from './step';

export async function fetchFiles(
  { task: { studio, taskId }, reporter }: StepContext,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  supplied: Decisions['files'],
  addresses: KnownAddresses,
): Promise<FetchedFile[]> {
  const suppliedOutputs = brief.due
    .map((output) => toPlannedOutput(brief.facts, output))
    .flatMap((expected) => {
      const source = supplied[expected.expectedKey];
      return source === undefined ? [] : [{ expected, source }];
    });
  reporter.enter('Deliver', `Downloading ${pluralise(pairings.length + suppliedOutputs.length, 'file')}.`);
  const rendered = chunk(pairings, FILES_PER_BATCH).map(async (batch) => {
    const summary = `Download ${pluralise(batch.length, 'file')}`;
    const sealedAddresses = [...new Set(batch.flatMap((pairing) => addresses.get(pairing) ?? []))];
    const files = await fetchTransfer(studio, summary).fetchRenders({
      ...(sealedAddresses.length > 0 && { sealedAddresses }),
      files: batch.map(({ output: { outputId, designFileId, contentHash }, asset, assetFormats, film }) => ({
        studio,
        taskId,
        output: { outputId, designFileId, contentHash },
        asset,
        assetFormats,
        ...(film !== undefined && { isFilm: true }),
      })),
    });
    return batch.flatMap(({ expected, output, asset, preflight, convert, film }, index): FetchedFile[] => {
      const file = files[index];
      if (file === undefined) return [];
      const creative = output.name ?? output.outputId;
      const { contentHash } = output;
      const { width, height, fps, duration, assetKey, texts } = asset;
      const part = { ...(output.assetKey !== undefined && { assetKey }), ...(texts && { texts }) };
      const wanted = film === undefined ? {} : { film, announced: { width, height, fps, duration } };
      const recipe = { ...(preflight && { preflight }), ...(convert && { convert }), ...wanted };
      return [{ expected, creative, file, contentHash, blobHash: asset.blobHash, ...part, ...recipe }];
    });
  });
  const suppliedFiles = suppliedOutputs.map(async ({ expected, source }): Promise<FetchedFile[]> => {
    const summary = `Fetch the file supplied for ${expected.label}`;
    const { expectedKey } = expected;
    const file = await fetchTransfer(studio, summary).fetchSuppliedFile({ studio, taskId, expectedKey, ...source });
    return [{ expected, creative: 'supplied by an operator', file }];
  });
  return (await Promise.all([...rendered, ...suppliedFiles])).flat();
}
