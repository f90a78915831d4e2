import { rename, rm, stat } from 'node:fs/promises';

import sharp from 'sharp';

import type { BuiltInProfile, ConversionSteps } from '../../domain/preflight/conversion';
import type { MeasuredPicture, PictureDetails } from '../../domain/preflight/picture';
import { writeInProfile } from './convert-colours';
import { markPicture } from './mark/mark-picture';
import type { Marks } from './mark/marks';
import { pixelHash } from './pixel-hash';
import { builtInProfile } from './profile/built-in-profile';

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
 * Works in libvips' own threads. A density, and the name of the sRGB that a picture without a profile is in, are written into a
 * copy of the file; only other steps encode the picture anew. Returns a phrase for each change. Throws an Error with the reason,
 * or the signal's reason.
 */
export async function convertPicture(wanted: PictureConversion): Promise<string[]> {
  const { from, to, picture, steps } = wanted;
  const { density, profile, ...others } = steps;
  const named = isOnlyNamed(wanted) ? await builtInProfile('srgb') : undefined;
  const part = `${to}.trial`;
  try {
    if (Object.keys(others).length === 0 && (profile === undefined || named !== undefined)) {
      await markPicture(from, part, picture.format, { density, profile: named });
      if ((await pixelHash(from)) !== (await pixelHash(part))) {
        throw new Error('another density or profile would change its pixels');
      }
      await rename(part, to);
      return [...inWords(wanted), 'every pixel is unchanged'];
    }
    const encoded = `${to}.encoded`;
    try {
      const { how, ...converted } = await encodeAnew({ ...wanted, trial: part }, encoded);
      // An encoder writes a density of its own where the picture has none.
      const marks: Marks = {
        density: density ?? picture.details?.density?.x ?? 'none',
        profile: named ?? converted.profile,
      };
      await markPicture(encoded, part, picture.format, marks);
      await rename(part, to);
      return [...inWords(wanted), how];
    } finally {
      await rm(encoded, { force: true });
    }
  } finally {
    await rm(part, { force: true });
  }
}

/** Whether the picture is sRGB already and only does not say so. */
function isOnlyNamed({ picture: { details }, steps }: PictureConversion): boolean {
  return steps.profile === 'srgb' && isRgb(details) && details?.colorProfile === undefined;
}

function isRgb(details: PictureDetails | undefined): boolean {
  return details?.colorSpace === 'RGB' || details?.colorSpace === 'palette';
}

type Encoding = PictureConversion & { readonly trial: string };

interface Encoded {
  /** How the file was written, in words. */
  readonly how: string;
  /** The profile that its colours are in, where the file does not have it yet. */
  readonly profile?: Buffer | undefined;
}

async function encodeAnew(wanted: Encoding, to: string): Promise<Encoded> {
  const { picture, steps } = wanted;
  const source = `${to}.v`;
  try {
    const { profile, isWritten } = await recoloured(wanted, source);
    const from = isWritten ? source : wanted.from;
    const { space } = await sharp(from, { limitInputPixels: false }).metadata();
    const isRightAlready = profile !== undefined || isOnlyNamed(wanted);
    const left = isRightAlready ? { ...steps, profile: undefined } : steps;
    const open = (): sharp.Sharp => pipelineOf(from, space, picture.details, left);
    if (picture.format === 'jpeg') {
      const quality = await bestJpeg(open, { ...wanted, to });
      return { how: `encoded again with JPEG quality ${quality}`, profile };
    }
    const isPng = picture.format === 'png';
    const anew = isPng ? open().png({ compressionLevel: 9 }) : open().tiff({ compression: 'lzw' });
    await encode(anew, { ...wanted, to }, '');
    return { how: 'encoded again without loss', profile };
  } finally {
    await rm(source, { force: true });
  }
}

/**
 * sharp converts in tables that are up to 5/255 off, and from one profile to another by way of sRGB (from 16 bits by way of Display P3). So colours
 * of RGB are converted here; where the profile consists of tables, sharp gets 16 bits for its way.
 */
async function recoloured(
  wanted: PictureConversion,
  source: string,
): Promise<{ readonly isWritten: boolean; readonly profile?: Buffer | undefined }> {
  const { profile } = wanted.steps;
  const isUnchanged = profile === undefined || isOnlyNamed(wanted);
  if (isUnchanged || profile === 'cmyk' || !isRgb(wanted.picture.details)) return { isWritten: false };
  return { isWritten: true, profile: await writeInProfile(wanted.from, source, profile) };
}

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

function inWords(wanted: PictureConversion): string[] {
  const { density, profile, background, alpha, orientation, pages } = wanted.steps;
  const how = isOnlyNamed(wanted) ? 'marked as' : 'converted to';
  return [
    ...(pages === undefined ? [] : ['kept to its first page']),
    ...(orientation === undefined ? [] : ['stored as it is shown']),
    ...(alpha === undefined ? [] : ['written without its opaque alpha channel']),
    ...(background === undefined ? [] : [`flattened on ${background}`]),
    ...(profile === undefined ? [] : [`${how} ${profileNames[profile]}`]),
    ...(density === undefined ? [] : [`marked with ${density} dpi`]),
  ];
}
