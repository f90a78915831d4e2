import { crc32 } from 'node:zlib';
import { ByteRun } from './byte-run';

/** 64 KiB of padding without repeated neighbouring bytes. */
const filler = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 167 + (index >> 8) * 13) & 0xff));
const JPEG_COMMENT_SIZE = 65_533;
const GIF_BLOCK_SIZE = 255;

/** Pads a file to exactly `target` bytes if its format allows; a larger file is returned unchanged. */
export function padded(file: Buffer, format: string, target: number): ByteRun {
  const missing = target - file.length;
  if (missing <= 0) return new ByteRun([file]);
  switch (format) {
    case 'jpeg':
      return paddedJpeg(file, missing);
    case 'png':
      return paddedPng(file, missing);
    case 'webp':
      return paddedWebp(file, missing);
    case 'gif':
      return paddedGif(file, missing);
    case 'mp4':
      return paddedMp4(file, missing);
    case 'tiff':
      // A TIFF is read by offsets, so trailing bytes are ignored.
      return new ByteRun([file, { unit: filler, length: missing }]);
    default:
      return new ByteRun([file]);
  }
}

/** Comment segments after the first segment, which must be JFIF; each has a header of four bytes. */
function paddedJpeg(file: Buffer, missing: number): ByteRun {
  if (missing < 4) return new ByteRun([file]);
  const whole = commentSegment(JPEG_COMMENT_SIZE);
  let full = Math.floor(missing / whole.length);
  let rest = missing - full * whole.length;
  // The last segment needs four bytes for its header.
  if (rest > 0 && rest < 4) {
    full -= 1;
    rest += whole.length;
  }
  const last = rest === 0 ? [] : rest <= whole.length ? [rest] : [rest - 8, 8];
  const place = 4 + file.readUInt16BE(4);
  return new ByteRun([
    file.subarray(0, place),
    { unit: whole, length: full * whole.length },
    ...last.map((length) => commentSegment(length - 4)),
    file.subarray(place),
  ]);
}

function commentSegment(size: number): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe, (size + 2) >> 8, (size + 2) & 0xff]), filler.subarray(0, size)]);
}

/** A private chunk before the last one. */
function paddedPng(file: Buffer, missing: number): ByteRun {
  const length = missing - 12;
  if (length < 0) return new ByteRun([file]);
  const end = file.length - 12;
  const name = Buffer.from('exPa');
  let sum = crc32(name);
  for (const chunk of new ByteRun([{ unit: filler, length }]).read()) sum = crc32(chunk, sum);
  return new ByteRun([
    file.subarray(0, end),
    uint32(length),
    name,
    { unit: filler, length },
    uint32(sum),
    file.subarray(end),
  ]);
}

/** An unknown chunk at the end; RIFF chunks have even lengths. */
function paddedWebp(file: Buffer, missing: number): ByteRun {
  const length = missing - 8;
  if (length < 0 || missing % 2 === 1) return new ByteRun([file]);
  const head = Buffer.from(file.subarray(0, 12));
  head.writeUInt32LE(file.length - 8 + missing, 4);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(length);
  return new ByteRun([head, file.subarray(12), Buffer.from('exPA'), size, { unit: filler, length }]);
}

/** A comment before the trailer, in blocks of at most 255 bytes. */
function paddedGif(file: Buffer, missing: number): ByteRun {
  const size = missing - 3;
  if (size < 2) return new ByteRun([file]);
  const block = Buffer.concat([Buffer.from([GIF_BLOCK_SIZE]), filler.subarray(1, 1 + GIF_BLOCK_SIZE)]);
  const full = Math.floor(size / block.length);
  const rest = size - full * block.length;
  // A remainder of one byte cannot form a block.
  if (rest === 1) return new ByteRun([file]);
  return new ByteRun([
    file.subarray(0, -1),
    Buffer.from([0x21, 0xfe]),
    { unit: block, length: full * block.length },
    ...(rest === 0 ? [] : [Buffer.concat([Buffer.from([rest - 1]), filler.subarray(1, rest)])]),
    Buffer.from([0, 0x3b]),
  ]);
}

/** A box of free space at the end. */
function paddedMp4(file: Buffer, missing: number): ByteRun {
  if (missing < 8) return new ByteRun([file]);
  return new ByteRun([file, uint32(missing), Buffer.from('free'), { unit: filler, length: missing - 8 }]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
