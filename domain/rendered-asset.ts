import type { CeltraAsset, CeltraOutput } from './celtra-output';

/** A finished render, without its address: what later steps need (celtra.md §8.1 step 10). */
export interface RenderedAsset {
  readonly outputId: string;
  readonly assetKey: string;
  readonly extension?: string | undefined;
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
}

/** The one asset of an output that is a file to deliver: its picture. Texts travel with it and are not delivered. */
export function deliverableAsset(output: CeltraOutput): CeltraAsset | undefined {
  const pictures = output.assets.filter(({ type }) => type === 'image');
  return pictures.find(({ key }) => key === 'image') ?? (pictures.length === 1 ? pictures[0] : undefined);
}
