import type { ByteReader } from './byte-reader';

/** Tags of TIFF 6.0 that extpost reads. */
export const tiffTags = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  xResolution: 282,
  yResolution: 283,
  resolutionUnit: 296,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
  iccProfile: 34_675,
} as const;

export interface TiffDirectory {
  /** Where the directory begins, and where the pointer to it stands. */
  readonly at: number;
  readonly pointerAt: number;
  /** The directory as stored: rows of 12 bytes, in BigTIFF of 20, behind their count. */
  readonly rows: Buffer;
  /** The byte where the values of a tag begin. */
  valuesAt(tag: number): number | undefined;
  /** The numbers of a tag; empty when it is absent. A rational is its quotient. */
  numbers(tag: number): Promise<number[]>;
}

export interface TiffDirectories {
  readonly directories: readonly TiffDirectory[];
  readonly isLittle: boolean;
  readonly isBig: boolean;
  /** What lies behind the end of the file, in words; absent when nothing does. */
  readonly missing?: string | undefined;
}

/** The size of a value by the number of its type (TIFF 6.0, section 2, and BigTIFF). */
const bytesOfType: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};
const RATIONAL = 5;
const SIGNED_RATIONAL = 10;

/** More entries, values or pages than any picture has, so the file is damaged. */
const MAX_ENTRIES = 10_000;
const MAX_VALUES = 1_000_000;
const MAX_DIRECTORIES = 10_000;

/** Some writers count a byte of padding that they do not write. */
const PADDING_BYTES = 1;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** The byte where its values begin. */
  readonly at: number;
}

/** Follows the chain of directories of a TIFF or BigTIFF file, or of an EXIF block. `most`: directories to read. */
export async function readTiffDirectories(reader: ByteReader, most = MAX_DIRECTORIES): Promise<TiffDirectories> {
  const head = await reader.read(0, 16);
  const isLittle = head[0] === 0x49;
  const number = (bytes: Buffer, at: number, length: number): number => numberAt(bytes, at, length, isLittle);
  const isBig = head.length >= 4 && number(head, 2, 2) === 43;
  if (head.length < (isBig ? 16 : 8)) return { directories: [], isLittle, isBig, missing: 'its header' };
  const [pointerBytes, countBytes, entryBytes] = isBig ? [8, 8, 20] : [4, 2, 12];
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let missing: string | undefined;
  let pointerAt = isBig ? 8 : 4;
  let at = number(head, pointerAt, pointerBytes);
  while (at !== 0 && !seen.has(at) && directories.length < most) {
    seen.add(at);
    const name = `directory ${directories.length + 1}`;
    const counted = await reader.read(at, countBytes);
    const count = counted.length < countBytes ? 0 : number(counted, 0, countBytes);
    const rows = await reader.read(at + countBytes, entryBytes * Math.min(count, MAX_ENTRIES));
    if (count === 0 || count > MAX_ENTRIES || rows.length < entryBytes * count) {
      missing ??= name;
      break;
    }
    const entries = new Map<number, Entry>();
    for (let row = 0; row < rows.length; row += entryBytes) {
      const type = number(rows, row + 2, 2);
      const values = number(rows, row + 4, pointerBytes);
      // A short value is in the row itself.
      const place = row + 4 + pointerBytes;
      const isHere = (bytesOfType[type] ?? 0) * values <= pointerBytes;
      const valuesAt = isHere ? at + countBytes + place : number(rows, place, pointerBytes);
      entries.set(number(rows, row, 2), { type, count: values, at: valuesAt });
      const end = valuesAt + (bytesOfType[type] ?? 0) * values;
      if (end > reader.size + PADDING_BYTES) missing ??= `a value of ${name}`;
    }
    directories.push({
      at,
      pointerAt,
      rows: Buffer.from(rows),
      valuesAt: (tag) => entries.get(tag)?.at,
      numbers: (tag) => numbersOf(reader, entries.get(tag), isLittle),
    });
    pointerAt = at + countBytes + rows.length;
    const next = await reader.read(pointerAt, pointerBytes);
    if (next.length < pointerBytes) missing ??= `the end of ${name}`;
    at = next.length < pointerBytes ? 0 : number(next, 0, pointerBytes);
  }
  return { directories, isLittle, isBig, missing };
}

/** Whether strips or tiles of a page lie behind the end of the file. `most`: bytes that a strip needs at most. */
export async function hasMissingStrips(directory: TiffDirectory, size: number, most: number): Promise<boolean> {
  for (const [offsets, lengths] of [
    [await directory.numbers(tiffTags.stripOffsets), await directory.numbers(tiffTags.stripBytes)],
    [await directory.numbers(tiffTags.tileOffsets), await directory.numbers(tiffTags.tileBytes)],
  ] as const) {
    if (offsets.some((offset, index) => offset + Math.min(most, lengths[index] ?? 0) > size)) return true;
  }
  return false;
}

async function numbersOf(reader: ByteReader, entry: Entry | undefined, isLittle: boolean): Promise<number[]> {
  if (entry === undefined || entry.count > MAX_VALUES) return [];
  const each = bytesOfType[entry.type] ?? 1;
  const bytes = await reader.read(entry.at, each * entry.count);
  const isRational = entry.type === RATIONAL || entry.type === SIGNED_RATIONAL;
  return Array.from({ length: Math.floor(bytes.length / each) }, (_, index) => {
    const at = index * each;
    return isRational
      ? numberAt(bytes, at, 4, isLittle) / numberAt(bytes, at + 4, 4, isLittle)
      : numberAt(bytes, at, each, isLittle);
  });
}

/** An unsigned number of 1, 2, 4 or 8 bytes. */
function numberAt(bytes: Buffer, at: number, length: number, isLittle: boolean): number {
  if (length === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  return isLittle ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
}
