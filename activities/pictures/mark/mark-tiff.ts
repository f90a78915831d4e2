import { open } from 'node:fs/promises';

import { withByteReader } from '../bytes/byte-reader';
import { readTiffDirectories, tiffTags, type TiffDirectories, type TiffDirectory } from '../bytes/tiff-directory';
import { type Marks, densityPatches, INCH, rationalBytes } from './marks';

/** Types of values (TIFF 6.0, section 2). */
const SHORT = 3;
const RATIONAL = 5;
const UNDEFINED = 7;

interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Buffer;
}

/** Changes every page in place; a page that lacks a field gets a directory with it at the end of the file. */
export async function markTiff(path: string, marks: Marks): Promise<void> {
  const found = await withByteReader(path, readTiffDirectories);
  const file = await open(path, 'r+');
  try {
    let end = (await file.stat()).size;
    // From the last page to the first, because a directory that moves takes its pointer to the next one along.
    for (const directory of [...found.directories].reverse()) {
      const patches = marks.density === undefined ? [] : densityPatches(found, directory, marks.density);
      for (const { at, bytes } of patches) {
        await file.write(bytes, 0, bytes.length, at);
      }
      const fields = newFields(found, directory, marks);
      if (fields.length === 0) continue;
      const next = Buffer.alloc(found.isBig ? 8 : 4);
      await file.read(next, 0, next.length, pointerBehind(found, directory));
      const at = end + (end % 2);
      const bytes = directoryWith(found, directory, { at, fields, next });
      await file.write(bytes, 0, bytes.length, at);
      const pointer = word(at, found.isBig ? 8 : 4, found.isLittle);
      await file.write(pointer, 0, pointer.length, directory.pointerAt);
      end = at + bytes.length;
    }
  } finally {
    await file.close();
  }
}

/** Fields that cannot be written where the directory stands. */
function newFields({ isLittle }: TiffDirectories, directory: TiffDirectory, { density, profile }: Marks): Field[] {
  const isPlaced = [tiffTags.xResolution, tiffTags.yResolution].every((tag) => directory.valuesAt(tag) !== undefined);
  const fields: Field[] = [];
  if (typeof density === 'number' && !isPlaced) {
    const rational = { type: RATIONAL, count: 1, value: rationalBytes(density, isLittle) };
    fields.push({ tag: tiffTags.xResolution, ...rational }, { tag: tiffTags.yResolution, ...rational });
    fields.push({ tag: tiffTags.resolutionUnit, type: SHORT, count: 1, value: word(INCH, 2, isLittle) });
  }
  if (profile !== undefined) {
    fields.push({ tag: tiffTags.iccProfile, type: UNDEFINED, count: profile.length, value: profile });
  }
  return fields;
}

function pointerBehind({ isBig }: TiffDirectories, { at, rows }: TiffDirectory): number {
  return at + (isBig ? 8 : 2) + rows.length;
}

/** A copy of a directory, to be written at `at`, with these fields instead of its own ones of the same tags. */
function directoryWith(
  { isBig, isLittle }: TiffDirectories,
  { rows }: TiffDirectory,
  { at, fields, next }: { readonly at: number; readonly fields: readonly Field[]; readonly next: Buffer },
): Buffer {
  const [countBytes, rowBytes, valueBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const tagOf = (row: Buffer): number => (isLittle ? row.readUInt16LE(0) : row.readUInt16BE(0));
  const kept = Array.from({ length: rows.length / rowBytes }, (_, index) =>
    rows.subarray(index * rowBytes, (index + 1) * rowBytes),
  ).filter((row) => !fields.some(({ tag }) => tag === tagOf(row)));
  const count = kept.length + fields.length;
  const long: Buffer[] = [];
  let longAt = at + countBytes + count * rowBytes + next.length;
  const added = fields.map(({ tag, type, count: values, value }) => {
    const isShort = value.length <= valueBytes;
    const place = isShort ? value : word(longAt, valueBytes, isLittle);
    if (!isShort) {
      const even = Buffer.concat([value, Buffer.alloc(value.length % 2)]);
      long.push(even);
      longAt += even.length;
    }
    const parts = [word(tag, 2, isLittle), word(type, 2, isLittle), word(values, valueBytes, isLittle), place];
    return Buffer.concat([...parts, Buffer.alloc(valueBytes)]).subarray(0, rowBytes);
  });
  const all = [...kept, ...added].sort((one, other) => tagOf(one) - tagOf(other));
  return Buffer.concat([word(count, countBytes, isLittle), ...all, next, ...long]);
}

function word(value: number, length: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  const short = Buffer.from(bytes.subarray(0, length));
  return isLittle ? short : short.reverse();
}
