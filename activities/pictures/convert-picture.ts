import { rename, rm, stat, writeFile } from 'node:fs/promises';

import sharp from 'sharp';

import type { BuiltInProfile, ConversionSteps } from '../../domain/preflight/conversion';
import type { MeasuredPicture, PictureDetails } from '../../domain/preflight/picture';
import { markDensity, pngChunk } from './mark-density';
import { pixelHash } from './pixel-hash';
import { srgbProfileChunk } from './profile/srgb-profile';

/** At this JPEG quality the loss is invisible. */
const BEST_QUALITY = 95;
/** Limit of one encoding; a search for the quality needs at most eight. */
const ENCODING_SECONDS = 300;

export interface PictureConversion {
  readonly from: string;
  /** Must not exist; appears when it is complete. */
  readonly to: string;
  /** What `from` was measured to be. */
  readonly picture: MeasuredPicture;
  readonly steps: ConversionSteps;
  readonly signal?: AbortSignal | undefined;
  /** Called before each encoding. */
  readonly onEncoding?: ((words: string) => void) | undefined;
}

const profileNames: Readonly<Record<BuiltInProfile, string>> = {
  srgb: 'sRGB',
  p3: 'Display P3',
  cmyk: 'generic CMYK',
};

/**
 * Works in libvips' own threads. A density is written into a copy of the file; only other steps encode the picture
 * anew. Returns a phrase for each change. Throws an Error with the reason, or the signal's reason.
 */
export async function convertPicture(wanted: PictureConversion): Promise<string[]> {
  const { from, to, picture, steps } = wanted;
  const { density, ...others } = steps;
  const part = `${to}.trial`;
  try {
    if (Object.keys(others).length === 0) {
      await markDensity(from, part, picture.format, density);
      if ((await pixelHash(from)) !== (await pixelHash(part))) {
        throw new Error('another density would change its pixels');
      }
      await rename(part, to);
      return [...inWords(steps), 'every pixel is unchanged'];
    }
    const encoded = `${to}.encoded`;
    try {
      const how = await encodeAnew({ ...wanted, trial: part }, encoded);
      // An encoder writes a density of its own where the picture has none.
      await markDensity(encoded, part, picture.format, density ?? picture.details?.density?.x);
      await rename(part, to);
      return [...inWords(steps), how];
    } finally {
      await rm(encoded, { force: true });
    }
  } finally {
    await rm(part, { force: true });
  }
}

type Encoding = PictureConversion & { readonly trial: string };

/** Returns how the file was written. */
async function encodeAnew(wanted: Encoding, to: string): Promise<string> {
  const { picture, steps } = wanted;
  const source = await sourceFor(wanted);
  try {
    const { space } = await sharp(source, { limitInputPixels: false }).metadata();
    const details = picture.details;
    // What is taken for sRGB keeps every pixel, and gets the profile of its source.
    const isOnlyNamed = source !== wanted.from && steps.profile === 'srgb';
    const named = isOnlyNamed ? { ...steps, profile: undefined } : steps;
    const open = (): sharp.Sharp => pipelineOf(source, space, details, named);
    if (picture.format === 'jpeg') {
      const quality = await bestJpeg(open, { ...wanted, to });
      return `encoded again with JPEG quality ${quality}`;
    }
    const isPng = picture.format === 'png';
    const anew = isPng ? open().png({ compressionLevel: 9 }) : open().tiff({ compression: 'lzw' });
    await encode(anew, { ...wanted, to }, '');
    return 'encoded again without loss';
  } finally {
    if (source !== wanted.from) await rm(source, { force: true });
  }
}

/**
 * sharp converts from a profile by way of sRGB, from 16 bits by way of Display P3, and takes 16 bits without a profile
 * for Display P3. So a wide picture becomes one of 16 bits first, and one of 16 bits without a profile is given sRGB.
 */
async function sourceFor({ from, to, picture, steps }: PictureConversion): Promise<string> {
  const { colorSpace, bitsPerChannel = 8, colorProfile, profileFamily } = picture.details ?? noDetails;
  if (steps.profile === undefined || steps.profile === 'cmyk' || colorSpace === 'CMYK') return from;
  const isDeep = bitsPerChannel > 8;
  const isWide = steps.profile === 'p3' && colorProfile !== undefined && profileFamily !== 'sRGB';
  if (!(isDeep ? colorProfile === undefined : isWide)) return from;
  const source = `${to}.source`;
  const deep = sharp(from, { limitInputPixels: false, ignoreIcc: true, failOn: 'truncated' })
    .toColourspace('rgb16')
    .keepMetadata()
    .png({ compressionLevel: 1 });
  const bytes = await deep.toBuffer();
  const HEADER_END = 33;
  await writeFile(
    source,
    isDeep
      ? Buffer.concat([
          bytes.subarray(0, HEADER_END),
          pngChunk('iCCP', await srgbProfileChunk()),
          bytes.subarray(HEADER_END),
        ])
      : bytes,
  );
  return source;
}

const noDetails: Partial<PictureDetails> = {};

function pipelineOf(
  source: string,
  space: keyof sharp.ColourspaceEnum,
  details: PictureDetails | undefined,
  { background, alpha, orientation, profile }: ConversionSteps,
): sharp.Sharp {
  const isColoured = background !== undefined && !/^#(..)\1\1$/i.test(background);
  const isGrey = details?.colorSpace === 'grey';
  const isDeep = (details?.bitsPerChannel ?? 8) > 8;
  // A coloured background makes a grey picture a coloured one, for which its grey profile is not made.
  const becomesRgb = isGrey && isColoured && profile === undefined;
  const withProfile = profile ?? (becomesRgb && details.colorProfile !== undefined ? 'srgb' : undefined);
  const opened = sharp(source, {
    limitInputPixels: false,
    failOn: 'truncated',
    // Colours stay as they are stored unless a profile is asked for.
    ignoreIcc: withProfile === undefined,
  }).timeout({ seconds: ENCODING_SECONDS });
  const rgb = isDeep ? 'rgb16' : 'srgb';
  let picture = opened.keepMetadata();
  if (orientation === 'apply') picture = picture.autoOrient();
  if (withProfile === undefined) picture = picture.pipelineColourspace(becomesRgb ? rgb : space);
  else if (isGrey && isColoured) picture = picture.pipelineColourspace(rgb);
  if (alpha === 'remove') picture = picture.removeAlpha();
  if (background !== undefined) picture = picture.flatten({ background });
  if (withProfile !== undefined) picture = picture.withIccProfile(withProfile);
  const before = becomesRgb || (isGrey && withProfile !== undefined && profile === undefined) ? rgb : space;
  return picture.toColourspace(spaceAfter(before, profile, isDeep));
}

/** Finds the best quality whose file is small enough, else the lowest one that the recipe allows. */
async function bestJpeg(open: () => sharp.Sharp, wanted: Encoding): Promise<number> {
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

function spaceAfter(
  space: keyof sharp.ColourspaceEnum,
  profile: BuiltInProfile | undefined,
  isDeep: boolean,
): keyof sharp.ColourspaceEnum {
  if (profile === 'cmyk') return 'cmyk';
  if (profile === undefined) return space;
  return isDeep ? 'rgb16' : 'srgb';
}

function inWords({ density, profile, background, alpha, orientation, pages }: ConversionSteps): string[] {
  return [
    ...(pages === undefined ? [] : ['kept to its first page']),
    ...(orientation === undefined ? [] : ['stored as it is shown']),
    ...(alpha === undefined ? [] : ['written without its opaque alpha channel']),
    ...(background === undefined ? [] : [`flattened on ${background}`]),
    ...(profile === undefined ? [] : [`converted to ${profileNames[profile]}`]),
    ...(density === undefined ? [] : [`marked with ${density} dpi`]),
  ];
}
