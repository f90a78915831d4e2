import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { encodePicture, type PictureFormat, type Pixels } from './render';

/** Four coloured fields derived from a text: cheap, and different for different texts. */
export async function flatPixels(text: string, width: number, height: number): Promise<Pixels> {
  const colours = digestOf(text).subarray(0, 12);
  const data = await sharp(colours, { raw: { width: 2, height: 2, channels: 3 } })
    .resize(width, height, { kernel: 'nearest', fit: 'fill' })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { data, width, height };
}

/** Makes pictures of four coloured fields; different texts give different bytes. */
export interface FlatPictures {
  make(text: string, width: number, height: number, format: PictureFormat): Promise<Buffer>;
}

/** Pictures of one size and format have the same pixels and are encoded once, because that takes fifty milliseconds. */
export function createFlatPictures(): FlatPictures {
  const encoded = new Map<string, Promise<Buffer>>();
  return {
    async make(text, width, height, format) {
      if (format.format === 'tiff' || format.format === 'webp')
        return encodePicture(await flatPixels(text, width, height), format);
      const key = JSON.stringify([width, height, format]);
      const picture =
        encoded.get(key) ?? flatPixels(key, width, height).then((pixels) => encodePicture(pixels, withRoom(format)));
      encoded.set(key, picture);
      const mark = digestOf(text);
      return format.format === 'png' ? markedPng(await picture, mark) : markedJpeg(await picture, mark);
    },
  };
}

/** Bytes of a mark and its header in a JPEG. */
const MARK_BYTES = 36;

function withRoom(format: PictureFormat): PictureFormat {
  if (format.format !== 'jpeg' || format.maxSizeKb === undefined) return format;
  return { ...format, maxSizeKb: format.maxSizeKb - MARK_BYTES / 1_000 };
}

/** With a comment after the first segment. */
function markedJpeg(file: Buffer, mark: Buffer): Buffer {
  const place = 4 + file.readUInt16BE(4);
  const header = Buffer.from([0xff, 0xfe, 0, mark.length + 2]);
  return Buffer.concat([file.subarray(0, place), header, mark, file.subarray(place)]);
}

/** With a private chunk before the last one. */
function markedPng(file: Buffer, mark: Buffer): Buffer {
  const chunk = Buffer.concat([Buffer.from('exMa'), mark]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(mark.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(chunk));
  return Buffer.concat([file.subarray(0, -12), length, chunk, sum, file.subarray(-12)]);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
