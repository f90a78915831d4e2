import sharp from 'sharp';

import type { Conversion } from '../../domain/preflight/conversion';
import { ADOBE_GAMMA, type Colours } from './samples';

/** Stored values from 0 to 1, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: readonly number[];
  readonly hasAlpha: boolean;
}

/** The pixels as they are stored: without any profile, and not turned. */
export async function storedPixels(bytes: Buffer): Promise<Pixels> {
  const { space, hasAlpha, depth, width, height } = await sharp(bytes).metadata();
  const isGrey = space === 'b-w' || space === 'grey16';
  const open = () => sharp(bytes, { ignoreIcc: true }).pipelineColourspace(space);
  // sharp gives one channel of a grey picture, whatever else it has.
  const parts = isGrey && hasAlpha ? [open().extractChannel(0), open().extractChannel(1)] : [open()];
  const isDeep = depth === 'ushort';
  const planes = await Promise.all(
    parts.map(async (part) => {
      const data = await part
        .toColourspace(space)
        .raw({ depth: isDeep ? 'ushort' : 'uchar' })
        .toBuffer();
      return isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
    }),
  );
  const pixels = width * height;
  const channels = planes.reduce((sum, plane) => sum + plane.length / pixels, 0);
  const values = Array.from({ length: pixels }, (_, pixel) =>
    planes.flatMap((plane) => {
      const own = plane.length / pixels;
      return Array.from(plane.subarray(pixel * own, (pixel + 1) * own), (value) => value / (isDeep ? 65_535 : 255));
    }),
  );
  return { width, height, channels, hasAlpha, values: values.flat() };
}

/**
 * The pixels that a conversion should give, by the definitions of the colour spaces and without a colour engine; `undefined`
 * where only such an engine could say (from and to CMYK).
 */
export function expectedPixels(before: Pixels, colours: Colours, wish: Conversion): Pixels | undefined {
  if (wish.orientation === 'apply') return turned(before);
  if (wish.alpha === 'remove') return withoutAlpha(before);
  if (wish.background !== undefined) return onBackground(before, colours, wish.background);
  if (wish.profile === 'srgb' || wish.profile === 'p3') return inProfile(before, colours, wish.profile);
  return wish.profile === undefined ? before : undefined;
}

/** The largest difference of two pictures in 1/255; infinite when they have not the same shape. */
export function largestDifference(one: Pixels, other: Pixels): number {
  const isSameShape = (['width', 'height', 'channels'] as const).every((name) => one[name] === other[name]);
  if (!isSameShape) return Infinity;
  return one.values.reduce(
    (most, value, index) => Math.max(most, 255 * Math.abs(value - (other.values[index] ?? 0))),
    0,
  );
}

/** As EXIF orientation 6 is shown: a quarter to the right. */
function turned({ width, height, channels, values, hasAlpha }: Pixels): Pixels {
  const rows = Array.from({ length: width }, (_, y) =>
    Array.from({ length: height }, (__, x) => {
      const from = ((height - 1 - x) * width + y) * channels;
      return values.slice(from, from + channels);
    }),
  );
  return { width: height, height: width, channels, hasAlpha, values: rows.flat(2) };
}

function pixelsOf({ channels, values }: Pixels): number[][] {
  return Array.from({ length: values.length / channels }, (_, at) => values.slice(at * channels, (at + 1) * channels));
}

function mapped(pixels: Pixels, hasAlpha: boolean, map: (pixel: readonly number[]) => number[]): Pixels {
  const all = pixelsOf(pixels).map(map);
  return { ...pixels, hasAlpha, channels: all[0]?.length ?? 0, values: all.flat() };
}

function withoutAlpha(pixels: Pixels): Pixels {
  return pixels.hasAlpha ? mapped(pixels, false, (pixel) => pixel.slice(0, -1)) : pixels;
}

/** A grey picture on a colour becomes a coloured one. */
function onBackground(pixels: Pixels, colours: Colours, background: string): Pixels | undefined {
  if (!pixels.hasAlpha) return pixels;
  const rgb = [1, 3, 5].map((at) => Number.parseInt(background.slice(at, at + 2), 16) / 255);
  const isGreyBackground = new Set(rgb).size === 1;
  return mapped(pixels, false, (pixel) => {
    const [alpha = 1] = pixel.slice(-1);
    const own = pixel.slice(0, -1);
    const wide = colours === 'grey' && !isGreyBackground ? [own[0] ?? 0, own[0] ?? 0, own[0] ?? 0] : own;
    return wide.map((value, channel) => value * alpha + (rgb[channel] ?? 0) * (1 - alpha));
  });
}

type Matrix = readonly (readonly [number, number, number])[];

/** Linear RGB to XYZ (D65): IEC 61966-2-1, SMPTE EG 432-1, and Adobe RGB (1998). */
const toXyz: Readonly<Record<'sRGB' | 'Display P3' | 'Adobe RGB', Matrix>> = {
  sRGB: [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339, 0.119192, 0.9503041],
  ],
  'Display P3': [
    [0.4865709, 0.2656677, 0.1982173],
    [0.2289746, 0.6917385, 0.0792869],
    [0, 0.0451134, 1.0439444],
  ],
  'Adobe RGB': [
    [0.5767309, 0.185554, 0.1881852],
    [0.2973769, 0.6273491, 0.0752741],
    [0.0270343, 0.0706872, 0.9911085],
  ],
};
const fromXyz: Readonly<Record<'srgb' | 'p3', Matrix>> = {
  srgb: [
    [3.2404542, -1.5371385, -0.4985314],
    [-0.969266, 1.8760108, 0.041556],
    [0.0556434, -0.2040259, 1.0572252],
  ],
  p3: [
    [2.4934969, -0.9313836, -0.4027108],
    [-0.829489, 1.7626641, 0.0236247],
    [0.0358458, -0.0761724, 0.9568845],
  ],
};

function inProfile(pixels: Pixels, colours: Colours, profile: 'srgb' | 'p3'): Pixels | undefined {
  if (colours === 'CMYK') return undefined;
  const alphaOf = (pixel: readonly number[]) => (pixels.hasAlpha ? pixel.slice(-1) : []);
  // A grey of sRGB is the same grey in both.
  if (colours === 'grey') return mapped(pixels, pixels.hasAlpha, ([grey = 0, ...rest]) => [grey, grey, grey, ...rest]);
  return mapped(pixels, pixels.hasAlpha, (pixel) => {
    const linear = pixel.slice(0, 3).map((value) => (colours === 'Adobe RGB' ? value ** ADOBE_GAMMA : linearOf(value)));
    const converted = times(fromXyz[profile], times(toXyz[colours], linear));
    return [...converted.map((value) => encodedOf(Math.min(1, Math.max(0, value)))), ...alphaOf(pixel)];
  });
}

function times(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, factor, at) => sum + factor * (vector[at] ?? 0), 0));
}

/** The curve of sRGB, which Display P3 has, too. */
function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encodedOf(value: number): number {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
