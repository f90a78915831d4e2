import { rename, rm, stat } from 'node:fs/promises';

import sharp from 'sharp';

import type { BuiltInProfile, ConversionSteps } from '../../domain/preflight/conversion';
import { DEFAULT_MAX_PIXELS } from './examine-picture';

/** At this JPEG quality the loss is invisible. */
const BEST_QUALITY = 95;
/** Limit of one encoding; a search for the quality needs at most eight. */
const ENCODING_SECONDS = 300;

export interface PictureConversion {
  readonly from: string;
  /** Must not exist; appears when it is complete. */
  readonly to: string;
  readonly steps: ConversionSteps;
  readonly maxPixels?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each encoding. */
  readonly onEncoding?: ((words: string) => void) | undefined;
}

const profileNames: Readonly<Record<BuiltInProfile, string>> = {
  srgb: 'sRGB',
  p3: 'Display P3',
  cmyk: 'generic CMYK',
};

/** Works in libvips' own threads. Returns a phrase for each change. Throws sharp's error, or the signal's reason. */
export async function convertPicture(wanted: PictureConversion): Promise<string[]> {
  const { from, to, steps, maxPixels = DEFAULT_MAX_PIXELS } = wanted;
  const limits = { limitInputPixels: maxPixels };
  const headers = await sharp(from, limits).metadata();
  const open = (): sharp.Sharp => {
    let picture = sharp(from, limits).timeout({ seconds: ENCODING_SECONDS }).keepExif();
    if (steps.orientation === 'apply') picture = picture.autoOrient();
    if (steps.alpha === 'remove') picture = picture.removeAlpha();
    if (steps.background !== undefined) picture = picture.flatten({ background: steps.background });
    picture = steps.profile === undefined ? picture.keepIccProfile() : picture.withIccProfile(steps.profile);
    const density = steps.density ?? headers.density;
    if (density !== undefined) picture = picture.withDensity(density);
    // By default sharp converts everything to RGB with 8 bits.
    return picture.toColourspace(spaceAfter(headers.space, steps.profile));
  };
  const trial = `${to}.trial`;
  try {
    if (headers.format === 'jpeg') return inWords(steps, await bestJpeg(open, { ...wanted, trial }));
    const isPng = headers.format === 'png';
    await encode(isPng ? open().png({ compressionLevel: 9 }) : open().tiff({ compression: 'lzw' }), wanted, '');
    return inWords(steps, undefined);
  } finally {
    await rm(trial, { force: true });
  }
}

/** Finds the best quality whose file is small enough, else the lowest one that the recipe allows. */
async function bestJpeg(open: () => sharp.Sharp, wanted: PictureConversion & { trial: string }): Promise<number> {
  const { to, trial, steps } = wanted;
  const write = async (quality: number): Promise<number> => {
    const jpeg = open().jpeg({ quality, chromaSubsampling: '4:4:4' });
    await encode(jpeg, { ...wanted, to: trial }, `quality ${quality}`);
    return (await stat(trial)).size;
  };
  const most = steps.fit?.maxBytes ?? Infinity;
  let lowest = steps.fit?.lowestQuality ?? BEST_QUALITY;
  let highest = Math.max(BEST_QUALITY, lowest);
  let best: number | undefined;
  // The best quality comes first, because it suits most pictures.
  for (let quality = highest; lowest <= highest; quality = Math.floor((lowest + highest) / 2)) {
    if ((await write(quality)) <= most) {
      await rename(trial, to);
      best = quality;
      lowest = quality + 1;
    } else {
      highest = quality - 1;
    }
  }
  if (best !== undefined) return best;
  const last = steps.fit?.lowestQuality ?? BEST_QUALITY;
  await write(last);
  await rename(trial, to);
  return last;
}

async function encode(picture: sharp.Sharp, { to, signal, onEncoding }: PictureConversion, how: string): Promise<void> {
  signal?.throwIfAborted();
  onEncoding?.(how);
  await picture.toFile(to);
}

function spaceAfter(space: string, profile: BuiltInProfile | undefined): string {
  if (profile === 'cmyk') return 'cmyk';
  return profile !== undefined && space === 'cmyk' ? 'srgb' : space;
}

function inWords(
  { density, profile, background, alpha, orientation }: ConversionSteps,
  quality: number | undefined,
): string[] {
  return [
    ...(orientation === undefined ? [] : ['stored as it is shown']),
    ...(alpha === undefined ? [] : ['written without its opaque alpha channel']),
    ...(background === undefined ? [] : [`flattened on ${background}`]),
    ...(profile === undefined ? [] : [`converted to ${profileNames[profile]}`]),
    ...(density === undefined ? [] : [`marked with ${density} dpi`]),
    quality === undefined ? 'written anew without loss' : `written anew with JPEG quality ${quality}`,
  ];
}
