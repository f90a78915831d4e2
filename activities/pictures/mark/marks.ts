import { memoryReader } from '../bytes/byte-reader';
import { readTiffDirectories, tiffTags, type TiffDirectories, type TiffDirectory } from '../bytes/tiff-directory';

/** Dots per inch of both axes, or that the file says nothing. */
export type MarkedDensity = number | 'none';

/** What a copy of a picture says of itself. */
export interface Marks {
  /** Without it the copy keeps what the picture says. */
  readonly density?: MarkedDensity | undefined;
  /** An ICC profile of less than 64 KiB; without it the copy keeps what the picture has. */
  readonly profile?: Buffer | undefined;
}

/** The bytes before the pixels of a JPEG or PNG. */
export interface NewHead {
  readonly head: Buffer;
  /** The byte from which on the file is copied. */
  readonly rest: number;
}

/** Headers longer than this are damaged. */
export const MAX_HEAD_BYTES = 64 * 1024 * 1024;

/** The value of `ResolutionUnit` that means inches (TIFF 6.0). */
export const INCH = 2;
const NO_UNIT = 1;

/** Bytes that replace others at a place. */
export interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

/** A copy of an EXIF block with another density; `undefined` when it has no field for one. */
export async function exifWithDensity(block: Buffer, dpi: MarkedDensity): Promise<Buffer | undefined> {
  const found = await readTiffDirectories(memoryReader(block), 1);
  const [first] = found.directories;
  if (first?.valuesAt(tiffTags.xResolution) === undefined) return undefined;
  const copy = Buffer.from(block);
  for (const { at, bytes } of densityPatches(found, first, dpi)) bytes.copy(copy, at);
  return copy;
}

/** Patches of the fields of a density that a directory has. */
export function densityPatches({ isLittle }: TiffDirectories, directory: TiffDirectory, dpi: MarkedDensity): Patch[] {
  const patches: Patch[] = [];
  for (const tag of [tiffTags.xResolution, tiffTags.yResolution]) {
    const at = directory.valuesAt(tag);
    if (at !== undefined && dpi !== 'none') patches.push({ at, bytes: rationalBytes(dpi, isLittle) });
  }
  const unitAt = directory.valuesAt(tiffTags.resolutionUnit);
  const unit = Buffer.alloc(2);
  unit.writeUInt8(dpi === 'none' ? NO_UNIT : INCH, isLittle ? 0 : 1);
  if (unitAt !== undefined) patches.push({ at: unitAt, bytes: unit });
  return patches;
}

/** A density as a rational of TIFF. */
export function rationalBytes(dpi: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  const [numerator, denominator] = Number.isInteger(dpi) ? [dpi, 1] : [Math.round(dpi * 100), 100];
  for (const [index, value] of [numerator, denominator].entries()) {
    if (isLittle) bytes.writeUInt32LE(value, 4 * index);
    else bytes.writeUInt32BE(value, 4 * index);
  }
  return bytes;
}
