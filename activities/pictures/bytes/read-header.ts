import type { ByteReader } from './byte-reader';
import type { PictureFormat } from './file-kind';
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

/** Reads what a picture says about itself, without a decoder. */
export function readHeader(format: PictureFormat, reader: ByteReader): Promise<HeaderOutcome> {
  return readers[format](reader);
}
