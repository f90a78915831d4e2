import type { DeliveredFile } from '../delivery/delivery-record';

/** What names the pixels of a file that was rejected, or did not do. */
export interface PixelIdentity {
  readonly expectedKey: string;
  readonly outputId: string;
  /** The saved version of the design; only the cheap first look, since a shared design changes for other reasons. */
  readonly contentHash?: string | undefined;
  /** Names the pixels themselves. */
  readonly blobHash?: string | undefined;
}

/** An output as Celtra shows it now. */
export interface CurrentPixels {
  readonly outputId: string;
  readonly contentHash?: string | undefined;
  /** Absent while it is not rendered, or when Celtra does not name its pixels. */
  readonly blobHash?: string | undefined;
  readonly isRendered: boolean;
}

/** What names the pixels of files that were delivered. */
export function deliveredPixels(files: readonly DeliveredFile[]): PixelIdentity[] {
  return files.map(({ expectedKey, outputId, plan, blobHash }) => {
    return { expectedKey, outputId, contentHash: plan?.contentHash, blobHash };
  });
}

/** Whether the pixels differ from what did not do; `rendering` when that cannot be told yet. */
export function comparePixels(before: PixelIdentity, now: CurrentPixels): 'changed' | 'same' | 'rendering' {
  const isSameVersion =
    before.outputId === now.outputId && before.contentHash !== undefined && before.contentHash === now.contentHash;
  if (isSameVersion) return 'same';
  if (!now.isRendered) return 'rendering';
  if (before.blobHash !== undefined && now.blobHash !== undefined) {
    return before.blobHash === now.blobHash ? 'same' : 'changed';
  }
  // Nothing names the pixels: then another version, or another output, is all that can be seen.
  return before.outputId !== now.outputId || before.contentHash !== now.contentHash ? 'changed' : 'same';
}
