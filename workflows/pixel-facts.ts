import type { PixelFacts } from '../domain/pixels';
import type { FetchedFile } from './fetch-files';

/** What tells whether a creative has changed since it was fetched. */
export function toPixelFacts({
  expected: { expectedKey },
  file: { outputId },
  contentHash,
  blobHash,
}: FetchedFile): PixelFacts {
  return { expectedKey, outputId, contentHash, blobHash };
}
