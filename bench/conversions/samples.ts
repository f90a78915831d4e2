import sharp, { type Sharp } from 'sharp';

import { profileChunk } from '../../activities/pictures/mark/png-head';
import { handmadeProfile } from './handmade-profile';
import { handmadeTiff, tiffFields } from '../cuts/handmade-tiff';

const WIDTH = 24;
const HEIGHT = 16;

/** What the stored numbers mean. */
export type Colours = 'sRGB' | 'Display P3' | 'Adobe RGB' | 'grey' | 'CMYK';

export interface SampleKind {
  readonly name: string;
  readonly colours: Colours;
  /** A JPEG cannot be written anew without a loss. */
  readonly isLossy?: boolean;
  readonly make: () => Promise<Buffer>;
}

/** Adobe RGB (1998), adapted to D50. */
const ADOBE = [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446];
export const ADOBE_GAMMA = 2.199;
const PNG_HEADER_END = 33;

/** A slow gradient of each channel, which a JPEG keeps well; 8 bits. */
function gradient(channels: 1 | 2 | 3 | 4): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, index) => valueAt(index, channels));
}

function valueAt(index: number, channels: number): number {
  const pixel = Math.floor(index / channels);
  const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
  return [40 + 8 * x, 30 + 12 * y, 220 - 5 * x - 3 * y, 11 * x][index % channels] ?? 0;
}

const raw = (channels: 1 | 2 | 3 | 4): Sharp =>
  sharp(gradient(channels), { raw: { width: WIDTH, height: HEIGHT, channels } });
const grey = (channels: 1 | 2): Sharp => raw(channels).toColourspace('b-w');

function deep(channels: 3 | 4): Sharp {
  // Each value has bits of its own in its lower half.
  const values = Uint16Array.from(
    { length: WIDTH * HEIGHT * channels },
    (_, index) => 257 * valueAt(index, channels) + (index % 100),
  );
  return sharp(values, { raw: { width: WIDTH, height: HEIGHT, channels } }).toColourspace('rgb16');
}

function cmykTiff(bytes: 1 | 2): Buffer {
  const strip = Buffer.from(gradient(4));
  const values = bytes === 1 ? strip : Buffer.from([...strip].flatMap((value, index) => [(index * 7) % 256, value]));
  const fields = tiffFields(WIDTH, HEIGHT, { bits: Array.from({ length: 4 }, () => 8 * bytes), photometric: 5 });
  return handmadeTiff([{ fields, strips: [values] }]);
}

async function withAdobe(picture: Sharp): Promise<Buffer> {
  const png = await picture.png().toBuffer();
  const chunk = profileChunk(handmadeProfile({ name: 'Adobe RGB (1998)', colorants: ADOBE, gamma: ADOBE_GAMMA }));
  return Buffer.concat([png.subarray(0, PNG_HEADER_END), chunk, png.subarray(PNG_HEADER_END)]);
}

/** Four flat colours. */
function flatColours(): Sharp {
  const values = gradient(3).map((_, index) =>
    valueAt(3 * (Math.floor((index / 3) % WIDTH) > 11 ? 20 : 3) + (index % 3), 3),
  );
  return sharp(values, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

export const sampleKinds: readonly SampleKind[] = [
  { name: 'RGB 8, PNG', colours: 'sRGB', make: () => raw(3).png().toBuffer() },
  { name: 'RGB 16, PNG', colours: 'sRGB', make: () => deep(3).png().toBuffer() },
  { name: 'RGB 8, TIFF', colours: 'sRGB', make: () => raw(3).tiff({ compression: 'lzw' }).toBuffer() },
  { name: 'RGB 8, JPEG', colours: 'sRGB', isLossy: true, make: () => raw(3).jpeg().toBuffer() },
  { name: 'CMYK 8, TIFF', colours: 'CMYK', make: () => Promise.resolve(cmykTiff(1)) },
  { name: 'CMYK 16, TIFF', colours: 'CMYK', make: () => Promise.resolve(cmykTiff(2)) },
  {
    name: 'CMYK 8, JPEG',
    colours: 'CMYK',
    isLossy: true,
    make: () => raw(3).toColourspace('cmyk').jpeg().toBuffer(),
  },
  { name: 'grey, PNG', colours: 'grey', make: () => grey(1).png().toBuffer() },
  { name: 'grey, JPEG', colours: 'grey', isLossy: true, make: () => grey(1).jpeg().toBuffer() },
  { name: 'grey + alpha, PNG', colours: 'grey', make: () => grey(2).png().toBuffer() },
  { name: 'palette, PNG', colours: 'sRGB', make: () => flatColours().png({ palette: true, colours: 8 }).toBuffer() },
  { name: 'RGBA 8, PNG', colours: 'sRGB', make: () => raw(4).png().toBuffer() },
  { name: 'RGBA 16, PNG', colours: 'sRGB', make: () => deep(4).png().toBuffer() },
  { name: 'RGBA 8, opaque, PNG', colours: 'sRGB', make: () => raw(3).ensureAlpha().png().toBuffer() },
  { name: 'RGBA 8, TIFF', colours: 'sRGB', make: () => raw(4).tiff({ compression: 'lzw' }).toBuffer() },
  { name: 'orientation 6, PNG', colours: 'sRGB', make: () => raw(3).withMetadata({ orientation: 6 }).png().toBuffer() },
  {
    name: 'orientation 6, JPEG',
    colours: 'sRGB',
    isLossy: true,
    make: () => raw(3).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  },
  { name: 'sRGB profile, PNG', colours: 'sRGB', make: () => raw(3).withIccProfile('srgb').png().toBuffer() },
  { name: 'P3 profile, PNG', colours: 'Display P3', make: () => raw(3).withIccProfile('p3').png().toBuffer() },
  {
    name: 'P3 profile 16, PNG',
    colours: 'Display P3',
    make: () => deep(3).withIccProfile('p3').toColourspace('rgb16').png().toBuffer(),
  },
  {
    name: 'P3 profile, JPEG',
    colours: 'Display P3',
    isLossy: true,
    make: () => raw(3).withIccProfile('p3').jpeg().toBuffer(),
  },
  {
    name: 'P3, RGBA 16, TIFF',
    colours: 'Display P3',
    make: () => deep(4).withIccProfile('p3').toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer(),
  },
  { name: 'Adobe RGB profile, PNG', colours: 'Adobe RGB', make: () => withAdobe(raw(3)) },
  { name: 'Adobe RGB 16, PNG', colours: 'Adobe RGB', make: () => withAdobe(deep(3)) },
  { name: 'Adobe RGB, RGBA, PNG', colours: 'Adobe RGB', make: () => withAdobe(raw(4)) },
];
