import { open, type FileHandle } from 'node:fs/promises';

import sharp from 'sharp';

import type { FileEnds } from '../../clients';
import { tiffExtent } from './tiff-extent';

/** The end of a picture is searched in this many bytes, because some programs append data of their own. */
const TAIL_BYTES = 64 * 1024;

const ENDS_BYTES = 16;

const JPEG_END = Buffer.from([0xff, 0xd9]);
const PNG_END = Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const GIF_END = Buffer.from([0x3b]);

/** A proxy or store has served the beginning of a picture as if it were the whole file. */
export class TruncatedPicture extends Error {
  override readonly name = 'CutPicture';
}

/** Checks the end, because a transfer cannot tell when the announced length is wrong. Other formats count as whole. */
export async function isTruncatedPicture(path: string, size: number, maxPixels: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const ends = {
      head: await bytesAt(file, 0, ENDS_BYTES),
      tail: await bytesAt(file, Math.max(0, size - ENDS_BYTES), ENDS_BYTES),
    };
    if (hasEndMarker(ends, size)) return false;
    const tail = await bytesAt(file, Math.max(0, size - TAIL_BYTES), Math.min(TAIL_BYTES, size));
    switch (formatOf(ends.head)) {
      case 'jpeg':
        return !withoutPadding(tail).subarray(-2).equals(JPEG_END) && (await isTruncatedJpeg(path, maxPixels));
      case 'png':
        return !tail.includes(PNG_END);
      case 'gif':
        return !withoutPadding(tail).subarray(-1).equals(GIF_END);
      case 'webp':
        return true;
      case 'tiff':
        return size < (await tiffExtent((at, length) => bytesAt(file, at, length)));
      default:
        return false;
    }
  } finally {
    await file.close();
  }
}

/** Whether the first and last bytes show that a picture is complete. For most files that saves reading them again. */
export function hasEndMarker({ head, tail }: FileEnds, size: number): boolean {
  const [first, last] = [Buffer.from(head), Buffer.from(tail)];
  switch (formatOf(first)) {
    case 'jpeg':
      return last.subarray(-JPEG_END.length).equals(JPEG_END);
    case 'png':
      return last.subarray(-PNG_END.length).equals(PNG_END);
    case 'gif':
      return last.subarray(-GIF_END.length).equals(GIF_END);
    case 'webp':
      return size >= 8 + first.readUInt32LE(4);
    default:
      return false;
  }
}

function formatOf(head: Buffer): 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | undefined {
  const text = head.toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n')) return 'png';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'webp';
  return text.startsWith('II*\0') || text.startsWith('MM\0*') ? 'tiff' : undefined;
}

/** Decodes a jpeg: one with all its lines is complete, even if its end marker is missing or elsewhere. */
async function isTruncatedJpeg(path: string, maxPixels: number): Promise<boolean> {
  try {
    await sharp(path, { limitInputPixels: maxPixels, failOn: 'truncated', sequentialRead: true })
      .resize({ width: 16, height: 16, fit: 'fill', fastShrinkOnLoad: false })
      .raw()
      .toBuffer();
    return false;
  } catch (error) {
    // Any error but the pixel limit counts, because libvips mixes up the messages of concurrent reads.
    return !(error instanceof Error && error.message.includes('pixel limit'));
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

function withoutPadding(tail: Buffer): Buffer {
  let end = tail.length;
  while (end > 0 && tail[end - 1] === 0) end -= 1;
  return tail.subarray(0, end);
}
