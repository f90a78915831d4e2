import { open } from 'node:fs/promises';

import sharp from 'sharp';

import { builtInProfile } from './profile/built-in-profile';
import { inverse, product, readMatrixProfile, type Matrix, type MatrixProfile } from './profile/matrix-profile';

/** libvips' own format has the pixels behind a header of this length, row by row, and keeps all metadata. */
const VIPS_HEADER_BYTES = 64;
/** Pixels are converted in parts of about this size. */
const PART_BYTES = 1024 * 1024;
/** Light in steps that are finer than those of 16 bits anywhere on the curve, once values between them are interpolated. */
const LIGHT_STEPS = 65_535;

/**
 * Writes the pixels of an RGB picture to a file of libvips (`.v`), converted by matrix and curves from its own profile, or from sRGB if it has none.
 * Everything else, the old profile too, is kept. Returns the profile that it is in now; `undefined` when the picture's own profile
 * consists of tables, and its pixels are written as they are, in 16 bits. Throws an Error with the reason.
 */
export async function writeInProfile(from: string, to: string, name: 'srgb' | 'p3'): Promise<Buffer | undefined> {
  const { icc, space, depth } = await sharp(from, { limitInputPixels: false }).metadata();
  const target = await builtInProfile(name);
  const [before, after] = [readMatrixProfile(icc ?? (await builtInProfile('srgb'))), readMatrixProfile(target)];
  const isRgb = (space === 'srgb' && depth === 'uchar') || (space === 'rgb16' && depth === 'ushort');
  const isKnown = isRgb && before !== undefined && after !== undefined;
  const { width, height, channels } = await sharp(from, {
    limitInputPixels: false,
    ignoreIcc: true,
    failOn: 'truncated',
  })
    .keepMetadata()
    .pipelineColourspace(isKnown ? space : 'rgb16')
    .toColourspace(isKnown ? space : 'rgb16')
    .toFile(to);
  if (!isKnown) return undefined;
  const bytes = depth === 'ushort' ? 2 : 1;
  const convert = converter(before, product(inverse(after.toXyz), before.toXyz), { channels, most: 256 ** bytes - 1 });
  const size = width * height * channels * bytes;
  const partBytes = Math.ceil(PART_BYTES / (channels * bytes)) * channels * bytes;
  const file = await open(to, 'r+');
  try {
    const part = Buffer.alloc(Math.min(size, partBytes));
    for (let done = 0; done < size; done += part.length) {
      const length = Math.min(part.length, size - done);
      const { bytesRead } = await file.read(part, 0, length, VIPS_HEADER_BYTES + done);
      if (bytesRead < length) throw new Error('its pixels could not be written for the conversion of its colours');
      convert(bytes === 1 ? part : new Uint16Array(part.buffer, part.byteOffset, part.length / 2));
      await file.write(part, 0, length, VIPS_HEADER_BYTES + done);
    }
  } finally {
    await file.close();
  }
  return target;
}

/** Converts whole pixels in place; channels behind the third stay as they are. `most`: the largest stored value. */
function converter(
  { curves }: MatrixProfile,
  matrix: Matrix,
  { channels, most }: { readonly channels: number; readonly most: number },
): (values: Uint8Array | Uint16Array) => void {
  const [reds, greens, blues] = curves.map((curve) => table(most, curve)) as [Table, Table, Table];
  const stored = (encoded ??= table(LIGHT_STEPS, encodedOf));
  const [rr = 0, rg = 0, rb = 0, gr = 0, gg = 0, gb = 0, br = 0, bg = 0, bb = 0] = matrix;
  const store = (light: number): number => {
    const place = light > 0 ? Math.min(1, light) * LIGHT_STEPS : 0;
    const low = Math.floor(place);
    const value = stored[low] ?? 0;
    return Math.round(most * (value + (place - low) * ((stored[low + 1] ?? value) - value)));
  };
  return (values) => {
    for (let at = 0; at + 2 < values.length; at += channels) {
      const red = reds[values[at] ?? 0] ?? 0;
      const green = greens[values[at + 1] ?? 0] ?? 0;
      const blue = blues[values[at + 2] ?? 0] ?? 0;
      values[at] = store(rr * red + rg * green + rb * blue);
      values[at + 1] = store(gr * red + gg * green + gb * blue);
      values[at + 2] = store(br * red + bg * green + bb * blue);
    }
  };
}

type Table = Float64Array;

/** A function's values for 0 to 1 in this many steps. */
function table(steps: number, of: (value: number) => number): Table {
  const values = new Float64Array(steps + 1);
  for (let index = 0; index <= steps; index++) values[index] = of(index / steps);
  return values;
}

/** The values of {@link encodedOf}, computed with the first conversion. */
let encoded: Table | undefined;

/** From light to stored values, both 0 to 1: sRGB (IEC 61966-2-1) and Display P3 have the same curve. */
function encodedOf(light: number): number {
  return light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}
