import sharp, { type Sharp } from 'sharp';

import { mp4Clip } from '../../sandbox/pictures/animation';
import { handmadeTiff, tiffFields } from './handmade-tiff';

export interface Sample {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
  /** What to compare after a cut. */
  readonly pages: number;
  /** Of a film: up to here lie its index and its frames, and no decoder is here to compare them. */
  readonly needed?: number | undefined;
}

/** A generator of pseudo-random numbers from 0 up to, not including, 1; the same seed gives the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const makers: Readonly<Record<string, (size: Size, random: () => number) => Promise<Buffer>>> = {
  'JPEG, baseline': (size, random) => photo(size, random).jpeg().toBuffer(),
  'JPEG, 4:4:4': (size, random) => photo(size, random).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  'JPEG, progressive': (size, random) => photo(size, random).jpeg({ progressive: true }).toBuffer(),
  PNG: (size, random) => photo(size, random).png().toBuffer(),
  'PNG, RGBA': (size, random) => photo(size, random).ensureAlpha().png().toBuffer(),
  'WebP, lossy': (size, random) => photo(size, random).webp().toBuffer(),
  'WebP, lossless': (size, random) => photo(size, random).webp({ lossless: true }).toBuffer(),
  'TIFF, strips, LZW': (size, random) => photo(size, random).tiff({ compression: 'lzw' }).toBuffer(),
  'TIFF, strips, JPEG': (size, random) => photo(size, random).tiff({ compression: 'jpeg' }).toBuffer(),
  'TIFF, tiles': (size, random) => photo(size, random).tiff({ compression: 'deflate', tile: true }).toBuffer(),
  'TIFF, 3 pages': (size, random) => Promise.resolve(plainTiff(size, random, 3, false)),
  'TIFF, big, strips last': (size, random) => Promise.resolve(plainTiff(size, random, 1, true)),
  'TIFF, big, libtiff': (size, random) => photo(size, random).tiff({ compression: 'lzw', bigtiff: true }).toBuffer(),
  'GIF, still': (size, random) => photo(size, random).gif({ effort: 1 }).toBuffer(),
  'GIF, moving': ({ width, height }, random) =>
    sharp(noise(width * height * 3, random), { raw: { width, height: height * 3, channels: 1, pageHeight: height } })
      .gif({ effort: 1 })
      .toBuffer(),
};

const FILM = 'film, mp4';

export const sampleKinds = [...Object.keys(makers), FILM];

interface Size {
  readonly width: number;
  readonly height: number;
}

export async function makeSample(kind: string, size: Size, random: () => number): Promise<Sample> {
  if (kind === FILM) {
    const bytes = mp4Clip(size, String(random()));
    // The index comes behind the frames, and only padding behind it.
    const index = bytes.indexOf('moov', 0, 'latin1') - 4;
    return { kind, ...size, bytes, pages: 1, needed: index + bytes.readUInt32BE(index) };
  }
  const bytes = (await makers[kind]?.(size, random)) ?? Buffer.alloc(0);
  return { kind, ...size, bytes, pages: kind.endsWith('3 pages') || kind.endsWith('moving') ? 3 : 1 };
}

/** The pixels of all pages, as far as a decoder that takes everything can give them. */
export async function pixelsOf(bytes: Buffer, pages: number): Promise<Buffer | undefined> {
  try {
    const planes: Buffer[] = [];
    for (let page = 0; page < pages; page++) {
      planes.push(
        await sharp(bytes, { failOn: 'none', ...(pages > 1 && { page }) })
          .raw()
          .toBuffer(),
      );
    }
    return Buffer.concat(planes);
  } catch {
    return undefined;
  }
}

/** Noise with little contrast on a gradient: it compresses about as a photograph does. */
function photo({ width, height }: Size, random: () => number): Sharp {
  const bytes = Buffer.alloc(width * height * 3);
  for (let at = 0; at < bytes.length; at++) bytes[at] = ((at / 3) % width) / 8 + 40 + 90 * random();
  return sharp(bytes, { raw: { width, height, channels: 3 } });
}

function noise(length: number, random: () => number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => 256 * random()));
}

function plainTiff({ width, height }: Size, random: () => number, pages: number, big: boolean): Buffer {
  const rows = Math.ceil(height / 3);
  const stripOf = (first: number): Buffer => noise(width * 3 * Math.min(rows, height - first), random);
  const page = () => ({
    fields: tiffFields(width, height, { rows }),
    strips: Array.from({ length: Math.ceil(height / rows) }, (_, index) => stripOf(index * rows)),
  });
  return handmadeTiff(Array.from({ length: pages }, page), { big });
}
