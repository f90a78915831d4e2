import { z } from 'zod';

import { candidateId } from '../../domain/plan/candidate-id';
import type { AssetFormats } from '../../domain/recipe/recipe';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import type { RenderedAsset } from '../../domain/render/rendered-asset';
import { ADDRESSES_PER_SEAL, type SealedAddresses } from '../../domain/render/renders';
import { chunk } from '../../domain/shared/chunk';
import type { AddressSeal } from '../creative-force/address-seal';
import type { PinnedOutput } from './pinned-read';

/** Tells apart the renders of all groups of a task: formats and version count. */
export function renderKey(
  { outputId, contentHash }: Pick<PinnedOutput, 'outputId' | 'contentHash'>,
  assetKey: string,
  assetFormats: AssetFormats,
): string {
  return JSON.stringify([outputId, contentHash ?? null, assetKey, assetFormats]);
}

/** The addresses that an answer of Celtra gives for finished renders. */
export function sealAddresses(
  seal: AddressSeal,
  {
    taskId,
    outputs,
    assetFormats,
  }: { readonly taskId: string; readonly outputs: readonly PinnedOutput[]; readonly assetFormats: AssetFormats },
  assets: readonly RenderedAsset[],
  answer: readonly CeltraOutput[],
): SealedAddresses[] {
  const wanted = new Map(outputs.map((output) => [output.outputId, output]));
  const shown = new Map(answer.map((output) => [output.outputId, output]));
  const known = assets.flatMap((asset) => {
    const output = wanted.get(asset.outputId);
    const url = shown.get(asset.outputId)?.assets.find(({ key }) => key === asset.assetKey)?.url;
    if (output === undefined || url === undefined) return [];
    return [{ id: candidateId(asset), entry: [renderKey(output, asset.assetKey, assetFormats), url] }];
  });
  return chunk(known, ADDRESSES_PER_SEAL).map((part) => ({
    of: part.map(({ id }) => id),
    sealed: seal.seal(JSON.stringify(part.map(({ entry }) => entry)), { taskId, purpose: 'render' }),
  }));
}

const entries = z.array(z.tuple([z.string(), z.string()]));

/** Addresses by {@link renderKey}. What cannot be opened is left out: Celtra can be asked. */
export function openAddresses(seal: AddressSeal, taskId: string, sealed: readonly string[]): Map<string, string> {
  return new Map(
    sealed.flatMap((text) => {
      const opened = seal.open(text, { taskId, purpose: 'render' });
      return opened === undefined ? [] : entries.parse(JSON.parse(opened));
    }),
  );
}
