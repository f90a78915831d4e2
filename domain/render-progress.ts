import type { CeltraOutput } from './celtra-output';
import { deliverableAsset, type RenderedAsset } from './rendered-asset';

/** Looks at which something was wrong, counted over the polls of one wait. */
export interface RenderTroubles {
  readonly erroredLooks: number;
  readonly missingLooks: number;
}

export type RenderProgress =
  | { readonly kind: 'finished'; readonly assets: RenderedAsset[] }
  | { readonly kind: 'pending'; readonly message: string; readonly troubles: RenderTroubles }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly vanished: boolean;
      readonly troubles: RenderTroubles;
    };

/** A failed render is asked for again this often before it counts as failed (celtra.md B9). */
const ERRORED_LOOKS = 2;
/** An output may be missing from this many answers before it counts as vanished (celtra.md §8.1 step 4). */
const MISSING_LOOKS = 3;

/**
 * Judges one answer of Celtra: finished only when every wanted output has a finished picture with an address, whatever
 * the output's own status says (celtra.md §8.1 step 8); a failed asset is seen even behind a pending output (A18).
 */
export function judgeRenders(
  wanted: readonly string[],
  outputs: readonly CeltraOutput[],
  before: RenderTroubles = { erroredLooks: 0, missingLooks: 0 },
): RenderProgress {
  const found = new Map(outputs.map((output) => [output.outputId, output]));
  const missing = wanted.filter((outputId) => !found.has(outputId));
  const assets: RenderedAsset[] = [];
  const errors: string[] = [];
  for (const output of wanted.flatMap((outputId) => found.get(outputId) ?? [])) {
    const asset = deliverableAsset(output);
    const name = output.name ?? output.outputId;
    if (asset === undefined) errors.push(`${name} has no picture to deliver`);
    else if (asset.status === 'error') errors.push(`${name}, asset ${asset.key}: ${asset.error ?? 'unknown error'}`);
    else if (asset.status === 'finished' && asset.url) {
      const { key: assetKey, extension, blobHash } = asset;
      assets.push({ outputId: output.outputId, assetKey, extension, blobHash });
    }
  }
  const troubles = {
    erroredLooks: before.erroredLooks + (errors.length > 0 ? 1 : 0),
    missingLooks: before.missingLooks + (missing.length > 0 ? 1 : 0),
  };
  if (assets.length === wanted.length) return { kind: 'finished', assets };
  if (errors.length > 0 && troubles.erroredLooks > ERRORED_LOOKS) {
    return {
      kind: 'failed',
      vanished: false,
      troubles,
      message: `Celtra could not render everything: ${errors.join('; ')}.`,
    };
  }
  if (missing.length > 0 && troubles.missingLooks > MISSING_LOOKS) {
    const message = `Celtra no longer returns ${missing.join(', ')}: the design has probably been changed.`;
    return { kind: 'failed', vanished: true, troubles, message };
  }
  return { kind: 'pending', troubles, message: `${assets.length} of ${wanted.length} rendered.` };
}
