import sharp from 'sharp';

import { messageOf } from '../../domain/shared/text';
import type { PictureHeader } from './bytes/picture-header';

// Every file is read once; a cached one would keep its warnings to itself.
sharp.cache(false);

/** Frames that are decoded together have no more alpha values than this. */
const MAX_PLANE_BYTES = 256 * 1024 * 1024;

/** Compared with a plane of alpha values part by part. */
const OPAQUE = Buffer.alloc(1024 * 1024, 0xff);

/** Warnings of a decoder that mean that picture data is missing, although it has gone on. */
const LOST_DATA = /premature end|not enough|truncated/i;

export interface Decoded {
  readonly isTransparent: boolean;
  /** Why the last row could not be decoded. */
  readonly error?: string | undefined;
}

/** Decodes every page and frame to its last row, and looks for a pixel that is not opaque. */
export async function decodePicture(path: string, header: PictureHeader): Promise<Decoded> {
  const frames = framesAtOnce(header);
  // The decoder shows only the first frame of a moving PNG.
  const pages = header.format === 'png' ? 1 : header.pages;
  let isTransparent = false;
  for (let page = 0; page < pages; page += frames) {
    const part = { page, pages: Math.min(frames, pages - page) };
    const decoded = await decodePart(path, header, part);
    if (decoded.error !== undefined) {
      const place = pages > 1 ? `page ${page + 1}: ` : '';
      return { isTransparent, error: place + decoded.error };
    }
    isTransparent ||= decoded.isTransparent;
  }
  return { isTransparent };
}

/** Bytes of memory that {@link decodePicture} needs at most, roughly. */
export function decodingBytes(header: PictureHeader): number {
  const { width, height, channels, bitsPerChannel, format, isDecodedWhole, hasAlphaChannel } = header;
  const pixels = width * height;
  // A progressive JPEG is kept as coefficients of two bytes.
  const bytes = format === 'jpeg' ? 2 : Math.max(1, Math.ceil(bitsPerChannel / 8));
  const whole = isDecodedWhole ? pixels * channels * bytes : 0;
  const plane = hasAlphaChannel || format === 'tiff' ? pixels * framesAtOnce(header) * bytes : 0;
  return whole + plane;
}

function framesAtOnce({ width, height, pages, format }: PictureHeader): number {
  if (format === 'tiff' || format === 'png') return 1;
  return Math.min(pages, Math.max(1, Math.floor(MAX_PLANE_BYTES / (width * height))));
}

async function decodePart(
  path: string,
  { format, width, height, bitsPerChannel, hasAlphaChannel, alphaByPage, isFloat }: PictureHeader,
  part: { readonly page: number; readonly pages: number },
): Promise<Decoded> {
  const isPaged = format === 'tiff' || format === 'gif' || format === 'webp';
  const picture = sharp(path, {
    // Some writers of JPEG put harmless bytes where a decoder warns of them. A cut strip of a TIFF and a wrong checksum of a PNG are errors.
    failOn: format === 'tiff' || format === 'png' ? 'error' : 'truncated',
    sequentialRead: true,
    ignoreIcc: true,
    limitInputPixels: false,
    ...(isPaged && part),
  });
  let firstWarning: string | undefined;
  let lost: string | undefined;
  picture.on('warning', (warning: string) => {
    const lines = warning.split('\n').map((line) => line.trim());
    firstWarning ??= lines[0];
    lost ??= lines.find((line) => LOST_DATA.test(line));
  });
  const alphaIndex = alphaByPage?.[part.page];
  const isAlphaLooked = hasAlphaChannel && (alphaByPage === undefined || alphaIndex !== undefined);
  const isDeep = bitsPerChannel > 8 && isFloat !== true;
  try {
    let isTransparent = false;
    if (isAlphaLooked || format === 'tiff') {
      // The strips of a TIFF may lie anywhere, so all of them are read.
      const channel = picture.extractChannel(isAlphaLooked ? positionOfAlpha(alphaIndex) : 0);
      const plane = await (
        isDeep ? channel.toColourspace('grey16').raw({ depth: 'ushort' }) : channel.raw()
      ).toBuffer();
      isTransparent = isAlphaLooked && !isOpaque(plane);
    } else {
      // The last row of each frame needs all rows before it, but not their memory.
      const lastRow = { left: 0, top: height - 1, width, height: 1 };
      await picture.extract(lastRow).raw().toBuffer();
    }
    return { isTransparent, ...(lost !== undefined && { error: lost }) };
  } catch (error) {
    const [first = 'no reason given'] = messageOf(error).split('\n');
    // Of a header with a wrong checksum only the warning says what is wrong.
    return { isTransparent: false, error: first === 'Unknown error' ? (firstWarning ?? first) : first };
  }
}

/** Sharp takes no position behind the fourth channel, where the alpha channel is the last one. */
function positionOfAlpha(index: number | undefined): 'alpha' | 0 | 1 | 2 | 3 {
  return index === 0 || index === 1 || index === 2 || index === 3 ? index : 'alpha';
}

function isOpaque(plane: Buffer): boolean {
  for (let at = 0; at < plane.length; at += OPAQUE.length) {
    const part = plane.subarray(at, at + OPAQUE.length);
    if (!part.equals(part.length === OPAQUE.length ? OPAQUE : OPAQUE.subarray(0, part.length))) return false;
  }
  return true;
}
