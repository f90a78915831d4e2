import { colorProfileFamily, hasColorProfile } from './color-profile';
import type { MeasuredPicture, PictureDetails } from './picture';
import { isMarkedWith } from './preflight';
import type { OutputSpec } from '../task/task';

/** Profiles that sharp includes. */
export const builtInProfiles = ['srgb', 'p3', 'cmyk'] as const;
export type BuiltInProfile = (typeof builtInProfiles)[number];

/** The conversion that a recipe asks for. What is right already is not changed. */
export interface Conversion {
  readonly density?: 'as asked' | number | undefined;
  readonly profile?: 'as asked' | BuiltInProfile | undefined;
  /** Background for transparent pixels: `#rrggbb`. */
  readonly background?: string | undefined;
  /** Remove an alpha channel whose pixels are all opaque. */
  readonly alpha?: 'remove' | undefined;
  /** Store the pixels as they are shown, so that nothing relies on the orientation tag. */
  readonly orientation?: 'apply' | undefined;
  /** Where a picture has to be written anew, only its first page may remain. */
  readonly pages?: 'first' | undefined;
  /** JPEG only: use the best quality, but not below this one, at which the file is no larger than the spec allows. */
  readonly lowestQuality?: number | undefined;
}

export interface ConversionSteps extends Pick<Conversion, 'background' | 'alpha' | 'orientation' | 'pages'> {
  readonly density?: number | undefined;
  readonly profile?: BuiltInProfile | undefined;
  readonly fit?: { readonly maxBytes: number; readonly lowestQuality: number } | undefined;
}

export interface ConversionPlan {
  /** `undefined` when nothing has to be or can be done. */
  readonly steps?: ConversionSteps | undefined;
  /** Requested conversions that are impossible, in words. */
  readonly impossible: readonly string[];
}

/** The descriptions in sharp's own profiles. */
const builtInDescriptions: Readonly<Record<BuiltInProfile, string>> = {
  srgb: 'sRGB',
  p3: 'Display P3',
  cmyk: 'Chemical proof',
};
const builtInOfFamily: Readonly<Record<string, BuiltInProfile>> = { sRGB: 'srgb', 'Display P3': 'p3' };
const convertible: readonly string[] = ['jpeg', 'png', 'tiff'];
const COLOR = /^#[0-9a-f]{6}$/i;

export function planConversion(
  wanted: Conversion,
  picture: MeasuredPicture,
  spec: OutputSpec | undefined,
): ConversionPlan {
  if (!convertible.includes(picture.format)) {
    return { impossible: [`a ${picture.format} cannot be converted, only jpeg, png and tiff`] };
  }
  const impossible: string[] = [];
  const { details } = picture;
  if (details === undefined) return { impossible: ['a file that was not measured cannot be converted'] };

  const density = wanted.density === 'as asked' ? spec?.dpi : wanted.density;
  const profile = profileOf(wanted, picture, spec, impossible);
  const background = backgroundOf(wanted, spec, impossible);
  const steps: ConversionSteps = {
    ...(density !== undefined && !isMarkedWith(details, density) && { density }),
    ...(profile !== undefined && !hasColorProfile(details, builtInDescriptions[profile]) && { profile }),
    ...(background !== undefined && details.isTransparent && { background }),
    ...(wanted.alpha === 'remove' && details.hasAlphaChannel && !details.isTransparent && { alpha: 'remove' as const }),
    ...(wanted.orientation === 'apply' && details.orientation !== undefined && { orientation: 'apply' as const }),
  };
  const isTouched = Object.keys(steps).length > 0;
  const fit = fitOf(wanted, picture, spec, isTouched, impossible);
  if (!isTouched && fit === undefined) return { impossible };
  const whole: ConversionSteps = { ...steps, ...(fit !== undefined && { fit }) };
  const { density: mark, ...encoded } = whole;
  const isAnew = Object.keys(encoded).length > 0;
  const isCutToFirst = isAnew && wanted.pages === 'first' && details.pages > 1;
  const lost = isAnew ? lostByEncoding(isCutToFirst ? { ...details, pages: 1 } : details, encoded) : [];
  if (lost.length === 0) return { steps: { ...whole, ...(isCutToFirst && { pages: 'first' as const }) }, impossible };
  const left = mark === undefined ? undefined : { density: mark };
  return { ...(left !== undefined && { steps: left }), impossible: [...impossible, ...lost] };
}

/** What would be lost if the picture were written anew, in words. */
function lostByEncoding(details: PictureDetails, { background }: ConversionSteps): string[] {
  const { pages, extraChannels = [], colorSpace, isFloat } = details;
  return [
    ...(pages > 1
      ? [`it has ${pages} pages, of which only the first would remain; convert.pages: first allows that`]
      : []),
    ...(extraChannels.length > 0 ? [`it has ${extraChannels.join(' and ')}, which would be lost`] : []),
    ...(colorSpace === 'Lab' || isFloat === true ? ['its colours would be stored differently'] : []),
    ...(colorSpace === 'CMYK' && background !== undefined
      ? [`a picture in CMYK cannot get the background ${background}, which is a screen colour`]
      : []),
  ];
}

function profileOf(
  { profile }: Conversion,
  { format }: MeasuredPicture,
  spec: OutputSpec | undefined,
  impossible: string[],
): BuiltInProfile | undefined {
  if (profile === undefined || (profile === 'as asked' && spec?.colorProfile === undefined)) return undefined;
  const asked = spec?.colorProfile ?? '';
  const known = profile === 'as asked' ? builtInOfFamily[colorProfileFamily(asked) ?? ''] : profile;
  if (known === undefined) impossible.push(`there is no profile ${asked} to convert to, only sRGB and Display P3`);
  if (known === 'cmyk' && format === 'png') {
    impossible.push('a png cannot be in CMYK');
    return undefined;
  }
  return known;
}

function backgroundOf(
  { background }: Conversion,
  spec: OutputSpec | undefined,
  impossible: string[],
): string | undefined {
  const color = background === 'as asked' ? spec?.backgroundColor : background;
  if (color === undefined || COLOR.test(color)) return color;
  impossible.push(`the background ${color} is not a colour such as #ffffff`);
  return undefined;
}

/** A picture that is re-encoded for another reason must not exceed its limit either. */
function fitOf(
  { lowestQuality }: Conversion,
  { format, bytes }: MeasuredPicture,
  spec: OutputSpec | undefined,
  isTouched: boolean,
  impossible: string[],
): ConversionSteps['fit'] {
  if (lowestQuality === undefined || spec?.maxBytes === undefined) return undefined;
  if (!isTouched && bytes <= spec.maxBytes) return undefined;
  if (format === 'jpeg') return { maxBytes: spec.maxBytes, lowestQuality };
  if (bytes > spec.maxBytes) impossible.push(`a ${format} cannot be made smaller by a lower quality`);
  return undefined;
}
