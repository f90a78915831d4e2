import { crc32 } from 'node:zlib';
import { ByteRun } from './byte-run';

/** What padding is made of: 64 KiB in which no two neighbouring places look alike. */
const filler = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 167 + (index >> 8) * 13) & 0xff));
const JPEG_COMMENT_ROOM = 65_533;
const GIF_BLOCK_ROOM = 255;

/** Makes a file exactly `target` bytes long where its format lets more be in it; a file as long as that already stays. */
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
      // A TIFF is read by offsets: what none of them points at is not looked at.
      return new ByteRun([file, { unit: filler, length: missing }]);
    default:
      return new ByteRun([file]);
  }
}

/** Comment segments behind the first one of the file (which JFIF wants first); four bytes of each are its head. */
function paddedJpeg(file: Buffer, missing: number): ByteRun {
  if (missing < 4) return new ByteRun([file]);
  const whole = commentSegment(JPEG_COMMENT_ROOM);
  let full = Math.floor(missing / whole.length);
  let rest = missing - full * whole.length;
  // A last segment needs room for its head.
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

function commentSegment(room: number): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe, (room + 2) >> 8, (room + 2) & 0xff]), filler.subarray(0, room)]);
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

/** A chunk that no reader knows, behind the others; RIFF counts in pairs of bytes. */
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
  const room = missing - 3;
  if (room < 2) return new ByteRun([file]);
  const block = Buffer.concat([Buffer.from([GIF_BLOCK_ROOM]), filler.subarray(1, 1 + GIF_BLOCK_ROOM)]);
  const full = Math.floor(room / block.length);
  const rest = room - full * block.length;
  // One byte cannot be a block that goes on: a block of it and of a byte of the one before would be.
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
