import type { CeltraAsset, CeltraOutput } from './celtra-output';
import type { PictureDetails } from '../preflight/preflight';

/**
 * A finished render, without its address: what later steps need (docs/reference/celtra.md#asset-addresses). Sizes are
 * pixels.
 */
export interface RenderedAsset {
  readonly outputId: string;
  readonly assetKey: string;
  readonly type: CeltraAsset['type'];
  readonly extension?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly blobHash?: string | undefined;
}

/** A render that lies in a worker's spool, with what was measured of its bytes. */
export interface SpooledFile {
  /** The queue of the worker that holds the bytes. */
  readonly queue: string;
  readonly fileId: string;
  readonly outputId: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** Absent for a film, of which nothing is measured. */
  readonly details?: PictureDetails | undefined;
  /** When the bytes were here (ISO 8601, UTC), and how often the download was begun. */
  readonly fetchedAt?: string | undefined;
  readonly downloads?: number | undefined;
  /** Set when a recipe had the render changed after it came from Celtra. */
  readonly conversion?: RenderConversion | undefined;
}

/** That the bytes are not those that Celtra served, and why. */
export interface RenderConversion {
  /** What was done, in words. */
  readonly steps: readonly string[];
  /** Of the bytes that Celtra served; lower-case hex. */
  readonly before: { readonly bytes: number; readonly md5: string; readonly sha256: string };
}

/**
 * Kinds of assets that can be an output's main one, in the order in which they are preferred
 * (docs/reference/celtra.md#asset-kinds).
 */
const mainTypes = ['image', 'video', 'html'] as const;

/**
 * The one asset of an output that is the file to deliver: the one called `choice` when a recipe names it, else the main
 * one: `image`, `video` or `html`, or whatever single asset is of such a kind. Texts and fall-back files travel with it
 * and are not delivered. `undefined` when none, or more than one, could be meant.
 */
export function deliverableAsset(output: CeltraOutput, choice?: string): CeltraAsset | undefined {
  if (choice !== undefined) return output.assets.find(({ key, type }) => key === choice && type !== 'text');
  for (const main of mainTypes) {
    const asset = output.assets.find(({ key, type }) => key === main && type === main);
    if (asset !== undefined) return asset;
  }
  const files = output.assets.filter(({ type }) => mainTypes.some((main) => main === type));
  return files.length === 1 ? files[0] : undefined;
}

/** A finished asset as later steps need it: no address, no text of Celtra's. */
export function toRenderedAsset(outputId: string, asset: CeltraAsset): RenderedAsset {
  const { key: assetKey, type, extension, width, height, blobHash } = asset;
  return { outputId, assetKey, type, extension, width, height, blobHash };
}
