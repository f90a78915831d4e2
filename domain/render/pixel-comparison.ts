import type { DeliveredFile } from '../delivery/delivery-record';

/** Identifies the pixels of a delivered file that was rejected. */
export interface PixelIdentity {
  readonly expectedKey: string;
  readonly outputId: string;
  /** The saved version of the design. Only a first check: a shared design changes for other reasons as well. */
  readonly contentHash?: string | undefined;
  readonly blobHash?: string | undefined;
  /** Nothing says that this file itself was rejected, so that it need not change. */
  readonly isInferred?: boolean | undefined;
}

export interface CurrentPixels {
  readonly outputId: string;
  readonly contentHash?: string | undefined;
  /** Absent until rendered, or when Celtra gives no hash. */
  readonly blobHash?: string | undefined;
  readonly isRendered: boolean;
}

export function deliveredPixels(files: readonly DeliveredFile[]): PixelIdentity[] {
  return files.map(({ expectedKey, outputId, plan, blobHash }) => {
    return { expectedKey, outputId, contentHash: plan?.contentHash, blobHash };
  });
}

/** Compares an output with what was rejected; `rendering` when it cannot be told yet. */
export function comparePixels(before: PixelIdentity, now: CurrentPixels): 'changed' | 'same' | 'rendering' {
  const isSameVersion =
    before.outputId === now.outputId && before.contentHash !== undefined && before.contentHash === now.contentHash;
  if (isSameVersion) return 'same';
  if (!now.isRendered) return 'rendering';
  if (before.blobHash !== undefined && now.blobHash !== undefined) {
    return before.blobHash === now.blobHash ? 'same' : 'changed';
  }
  // Without a hash, another version or another output is all that can be compared.
  return before.outputId !== now.outputId || before.contentHash !== now.contentHash ? 'changed' : 'same';
}
