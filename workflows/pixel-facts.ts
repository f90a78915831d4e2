import type { PixelIdentity } from '../domain/render/pixel-comparison';
import type { FetchedFile } from './fetch-files';

/** What tells whether a creative has changed since it was fetched. */
export function toPixelFacts({
  expected: { expectedKey },
  file: { outputId },
  contentHash,
  blobHash,
}: FetchedFile): PixelIdentity {
  return { expectedKey, outputId, contentHash, blobHash };
}
