import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

import { memoryReader, withByteReader, type ByteReader } from './bytes/byte-reader';
import { readTiffDirectories, tiffTags, type TiffDirectories, type TiffDirectory } from './bytes/tiff-directory';

/** What is written of a density: dots per inch of both axes, or that the file says nothing. */
type Marked = number | undefined;

/** Headers longer than this are damaged. */
const MAX_HEAD_BYTES = 64 * 1024 * 1024;
const INCH = 2;
const NO_UNIT = 1;
const INCHES_PER_METRE = 39.370_078_74;

/**
 * Writes a copy of a jpeg, png or tiff with another density. Nothing but these fields changes: pixels, profile and all
 * other fields are copied byte for byte.
 */
export async function markDensity(from: string, to: string, format: string, dpi: Marked): Promise<void> {
  if (format === 'tiff') {
    await copyFile(from, to);
    return markTiff(to, dpi);
  }
  const { head, rest } = await withByteReader(from, (reader) =>
    format === 'png' ? pngHead(reader, dpi) : jpegHead(reader, dpi),
  );
  const target = createWriteStream(to);
  target.write(head);
  await pipeline(createReadStream(from, { start: rest, highWaterMark: 1024 * 1024 }), target);
}

interface NewHead {
  readonly head: Buffer;
  /** The byte from which on the file is copied. */
  readonly rest: number;
}

async function pngHead(reader: ByteReader, dpi: Marked): Promise<NewHead> {
  const parts: Buffer[] = [Buffer.from(await reader.read(0, 8))];
  let at = 8;
  for (;;) {
    const head = await reader.read(at, 8);
    const type = head.toString('latin1', 4);
    if (head.length < 8 || type === 'IDAT' || type === 'IEND' || at > MAX_HEAD_BYTES) break;
    const length = head.readUInt32BE(0);
    const body = Buffer.from(await reader.read(at + 8, length));
    at += 12 + length;
    if (type === 'pHYs') continue;
    if (type === 'eXIf') await patchExif(body, dpi);
    parts.push(pngChunk(type, body));
    // Its place is before the pixels, so that it comes right behind the header.
    if (type === 'IHDR' && dpi !== undefined) parts.push(physicalChunk(dpi));
  }
  return { head: Buffer.concat(parts), rest: at };
}

function physicalChunk(dpi: number): Buffer {
  const body = Buffer.alloc(9);
  const perMetre = Math.round(dpi * INCHES_PER_METRE);
  body.writeUInt32BE(perMetre, 0);
  body.writeUInt32BE(perMetre, 4);
  body.writeUInt8(1, 8);
  return pngChunk('pHYs', body);
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, body: Buffer): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
  chunk.writeUInt32BE(body.length, 0);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

async function jpegHead(reader: ByteReader, dpi: Marked): Promise<NewHead> {
  const parts: Buffer[] = [];
  let [isMarked, isAdobe] = [false, false];
  let at = 2;
  for (;;) {
    const head = await reader.read(at, 4);
    if (head.length < 4 || head[0] !== 0xff || head[1] === 0xda || at > MAX_HEAD_BYTES) break;
    const marker = head.readUInt8(1);
    if (marker < 0xc0) break;
    const segment = Buffer.from(await reader.read(at, 2 + head.readUInt16BE(2)));
    at += segment.length;
    const name = segment.toString('latin1', 4, 10);
    if (marker === 0xe0 && name.startsWith('JFIF\0') && segment.length >= 16) {
      markJfif(segment, dpi);
      isMarked = true;
    }
    if (marker === 0xe1 && name === 'Exif\0\0') isMarked = (await patchExif(segment.subarray(10), dpi)) || isMarked;
    if (marker === 0xee && name.startsWith('Adobe')) isAdobe = true;
    parts.push(segment);
  }
  const start = Buffer.from([0xff, 0xd8]);
  // Beside an Adobe segment a JFIF one would change how the colours are read.
  const added = isMarked || dpi === undefined ? [] : [isAdobe ? exifSegment(dpi) : jfifSegment(dpi)];
  return { head: Buffer.concat([start, ...added, ...parts]), rest: at };
}

function markJfif(segment: Buffer, dpi: Marked): void {
  segment.writeUInt8(dpi === undefined ? 0 : 1, 11);
  segment.writeUInt16BE(Math.round(dpi ?? 1), 12);
  segment.writeUInt16BE(Math.round(dpi ?? 1), 14);
}

function jfifSegment(dpi: number): Buffer {
  const segment = Buffer.from('\xff\xe0\0\x10JFIF\0\x01\x02\0\0\0\0\0\0\0', 'latin1');
  markJfif(segment, dpi);
  return segment;
}

function exifSegment(dpi: number): Buffer {
  const rational = Buffer.alloc(8);
  rational.writeUInt32LE(Math.round(dpi * 100), 0);
  rational.writeUInt32LE(100, 4);
  const row = (tag: number, type: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(1, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const valuesAt = 8 + 2 + 3 * 12 + 4;
  const rows = [row(tiffTags.xResolution, 5, valuesAt), row(tiffTags.yResolution, 5, valuesAt + 8)];
  const tiff = Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0\x03\0', 'latin1'),
    ...rows,
    row(tiffTags.resolutionUnit, 3, INCH),
    Buffer.alloc(4),
    rational,
    rational,
  ]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** Changes the density in an EXIF block in place. Whether it has one. */
async function patchExif(block: Buffer, dpi: Marked): Promise<boolean> {
  const found = await readTiffDirectories(memoryReader(block), 1);
  const [first] = found.directories;
  if (first?.valuesAt(tiffTags.xResolution) === undefined) return false;
  for (const { at, bytes } of densityPatches(found, first, dpi)) bytes.copy(block, at);
  return true;
}

interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Patches of the fields that a directory has. */
function densityPatches({ isLittle }: TiffDirectories, directory: TiffDirectory, dpi: Marked): Patch[] {
  const patches: Patch[] = [];
  for (const tag of [tiffTags.xResolution, tiffTags.yResolution]) {
    const at = directory.valuesAt(tag);
    if (at !== undefined && dpi !== undefined) patches.push({ at, bytes: rationalBytes(dpi, isLittle) });
  }
  const unitAt = directory.valuesAt(tiffTags.resolutionUnit);
  const unit = Buffer.alloc(2);
  unit.writeUInt8(dpi === undefined ? NO_UNIT : INCH, isLittle ? 0 : 1);
  if (unitAt !== undefined) patches.push({ at: unitAt, bytes: unit });
  return patches;
}

function rationalBytes(dpi: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  const [numerator, denominator] = Number.isInteger(dpi) ? [dpi, 1] : [Math.round(dpi * 100), 100];
  for (const [index, value] of [numerator, denominator].entries()) {
    if (isLittle) bytes.writeUInt32LE(value, 4 * index);
    else bytes.writeUInt32BE(value, 4 * index);
  }
  return bytes;
}

/** Changes every page in place; a page without the fields gets a directory with them at the end of the file. */
async function markTiff(path: string, dpi: Marked): Promise<void> {
  const found = await withByteReader(path, readTiffDirectories);
  const file = await open(path, 'r+');
  try {
    let end = (await file.stat()).size;
    // From the last page to the first, because a directory that moves takes its pointer to the next one along.
    for (const directory of [...found.directories].reverse()) {
      const hasAll = [tiffTags.xResolution, tiffTags.yResolution].every((tag) => directory.valuesAt(tag) !== undefined);
      const isInches = directory.valuesAt(tiffTags.resolutionUnit) !== undefined || dpi !== undefined;
      if ((hasAll && isInches) || dpi === undefined) {
        for (const { at, bytes } of densityPatches(found, directory, dpi)) await file.write(bytes, 0, bytes.length, at);
        continue;
      }
      const next = Buffer.alloc(found.isBig ? 8 : 4);
      await file.read(next, 0, next.length, pointerBehind(found, directory));
      const at = end + (end % 2);
      const bytes = directoryWithDensity(found, directory, { at, dpi, next });
      await file.write(bytes, 0, bytes.length, at);
      const pointer = word(at, found.isBig ? 8 : 4, found.isLittle);
      await file.write(pointer, 0, pointer.length, directory.pointerAt);
      end = at + bytes.length;
    }
  } finally {
    await file.close();
  }
}

function pointerBehind({ isBig }: TiffDirectories, { at, rows }: TiffDirectory): number {
  return at + (isBig ? 8 : 2) + rows.length;
}

function directoryWithDensity(
  { isBig, isLittle }: TiffDirectories,
  { rows }: TiffDirectory,
  { at, dpi, next }: { readonly at: number; readonly dpi: number; readonly next: Buffer },
): Buffer {
  const [countBytes, rowBytes, valueBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const tagOf = (row: Buffer): number => (isLittle ? row.readUInt16LE(0) : row.readUInt16BE(0));
  const own: readonly number[] = [tiffTags.xResolution, tiffTags.yResolution, tiffTags.resolutionUnit];
  const kept = Array.from({ length: rows.length / rowBytes }, (_, index) =>
    rows.subarray(index * rowBytes, (index + 1) * rowBytes),
  ).filter((row) => !own.includes(tagOf(row)));
  const count = kept.length + own.length;
  const rationalAt = at + countBytes + count * rowBytes + next.length;
  const rational = rationalBytes(dpi, isLittle);
  const row = (tag: number, type: number, value: Buffer): Buffer => {
    const parts = [word(tag, 2, isLittle), word(type, 2, isLittle), word(1, valueBytes, isLittle), value];
    return Buffer.concat([...parts, Buffer.alloc(valueBytes)]).subarray(0, rowBytes);
  };
  const place = (index: number): Buffer => (isBig ? rational : word(rationalAt + 8 * index, 4, isLittle));
  const all = [
    ...kept,
    row(tiffTags.xResolution, 5, place(0)),
    row(tiffTags.yResolution, 5, place(1)),
    row(tiffTags.resolutionUnit, 3, word(INCH, 2, isLittle)),
  ].sort((one, other) => tagOf(one) - tagOf(other));
  return Buffer.concat([word(count, countBytes, isLittle), ...all, next, rational, rational]);
}

function word(value: number, length: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  const short = Buffer.from(bytes.subarray(0, length));
  return isLittle ? short : short.reverse();
}
