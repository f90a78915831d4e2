/** Names as `colorProfileFamily` of `domain/preflight/color-profile.ts` gives them. */
export type ProfileFamily = 'sRGB' | 'Adobe RGB' | 'Display P3' | 'ProPhoto RGB';

interface Family {
  readonly name: ProfileFamily;
  /** X, Y, Z of red, green and blue, adapted to D50. */
  readonly colorants: readonly number[];
  /** From a stored value to light, both 0 to 1. */
  readonly curve: (value: number) => number;
}

/** IEC 61966-2-1. */
const srgbCurve = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** Colorants by the Bradford adaptation from the primaries and the white of the standard to D50. */
export const profileFamilies: readonly Family[] = [
  {
    name: 'sRGB',
    colorants: [0.436041, 0.222485, 0.01392, 0.385113, 0.716905, 0.097067, 0.143046, 0.06061, 0.713913],
    curve: srgbCurve,
  },
  {
    name: 'Adobe RGB',
    colorants: [0.609741, 0.311113, 0.019465, 0.205273, 0.625675, 0.060875, 0.149187, 0.063212, 0.74456],
    curve: (value) => value ** 2.2,
  },
  {
    name: 'Display P3',
    colorants: [0.515119, 0.241189, -0.00105, 0.291978, 0.692244, 0.041879, 0.157103, 0.066567, 0.784071],
    curve: srgbCurve,
  },
  {
    name: 'ProPhoto RGB',
    colorants: [0.7977, 0.288, 0, 0.1352, 0.7119, 0, 0.0313, 0.0001, 0.8249],
    curve: (value) => value ** 1.8,
  },
];

/** Profiles that are rounded, or made for few bytes, are off by that much at most. */
const ROUNDING = 0.0015;

/** The colorants of the standard that these are a rounded form of; else these. */
export function unrounded(colorants: readonly number[]): readonly number[] {
  const isNear = (value: number, index: number): boolean => Math.abs(value - (colorants[index] ?? NaN)) <= ROUNDING;
  return profileFamilies.find((family) => family.colorants.every(isNear))?.colorants ?? colorants;
}
