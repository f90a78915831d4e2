import sharp from 'sharp';

import { withByteReader } from '../bytes/byte-reader';
import { readHeader } from '../bytes/read-header';
import { decodingBytes } from '../decode-picture';
import { DEFAULT_MAX_DECODED_BYTES, DEFAULT_MAX_PIXELS, type ExaminationLimits } from '../picture-limits';
import { NotShown } from './not-shown';

/** Pixels of the longer side: enough to see on a phone what is wrong, and a third cheaper to make than 640. */
const LONGEST_SIDE = 480;
const QUALITY = 75;
const SECONDS = 50;

export interface SmallPicture {
  readonly width: number;
  readonly height: number;
}

/**
 * Writes a small WebP of a picture's first page in sRGB, as it is shown, with its transparency. `reserve` is awaited before the decoder
 * gets that many bytes of memory. Throws {@link NotShown} for what is none or too large, and what the decoder or the file system throws.
 */
export async function shrinkPicture(
  from: string,
  to: string,
  limits: ExaminationLimits = {},
  reserve: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<SmallPicture> {
  const { maxPixels = DEFAULT_MAX_PIXELS, maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES } = limits;
  const { header } = await withByteReader(from, readHeader);
  if (header === undefined || 'unreadable' in header || header.undecodable !== undefined) {
    throw new NotShown('is not a picture that can be shown');
  }
  const pixels = header.width * header.height;
  const needed = decodingBytes(header);
  if (pixels === 0 || pixels > maxPixels || needed > maxDecodedBytes) throw new NotShown('has too many pixels');
  await reserve(needed);
  // A damaged picture is shown as far as it goes.
  const small = sharp(from, { limitInputPixels: maxPixels, failOn: 'none', pages: 1 })
    .timeout({ seconds: SECONDS })
    .autoOrient()
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality: QUALITY, effort: 0 });
  const { width, height } = await small.toFile(to);
  return { width, height };
}
