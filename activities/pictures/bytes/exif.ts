import type { Density } from '../../../domain/preflight/picture';
import { memoryReader } from './byte-reader';
import { readTiffDirectories, tiffTags } from './tiff-directory';
import { tiffDensity } from './tiff-header';

export interface Exif {
  readonly density?: Density | undefined;
  readonly orientation?: number | undefined;
}

const PREFIX = Buffer.from('Exif\0\0', 'latin1');

/** Reads the first directory of an EXIF block. A damaged block says nothing. */
export async function readExif(block: Buffer): Promise<Exif> {
  const bytes = block.subarray(0, PREFIX.length).equals(PREFIX) ? block.subarray(PREFIX.length) : block;
  const { directories } = await readTiffDirectories(memoryReader(bytes), 1);
  const [first] = directories;
  if (first === undefined) return {};
  const [orientation] = await first.numbers(tiffTags.orientation);
  return { density: await tiffDensity(first, 'EXIF'), orientation };
}
