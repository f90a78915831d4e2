import type { ByteReader } from './byte-reader';
import { type PictureFormat, fileKind, KIND_BYTES, type FileKind } from './file-kind';
import { readGifHeader } from './gif-header';
import { readJpegHeader } from './jpeg-header';
import type { HeaderOutcome } from './picture-header';
import { readPngHeader } from './png-header';
import { readTiffHeader } from './tiff-header';
import { readWebpHeader } from './webp-header';

const readers: Readonly<Record<PictureFormat, (reader: ByteReader) => Promise<HeaderOutcome>>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  tiff: readTiffHeader,
  gif: readGifHeader,
  webp: readWebpHeader,
};

/** What a file is by its bytes, and what a picture says about itself, without a decoder. */
export async function readHeader(
  reader: ByteReader,
): Promise<{ kind: FileKind; size: number; header?: HeaderOutcome }> {
  const { size } = reader;
  const kind = fileKind(await reader.read(0, KIND_BYTES));
  return kind.kind === 'picture' ? { kind, size, header: await readers[kind.format](reader) } : { kind, size };
}
