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

/** Colorants by the Bradford adaptation, as the profiles of the standards' owners have them. */
export const profileFamilies: readonly Family[] = [
  {
    name: 'sRGB',
    colorants: [0.436, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141],
    curve: srgbCurve,
  },
  {
    name: 'Adobe RGB',
    colorants: [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446],
    curve: (value) => value ** 2.2,
  },
  {
    name: 'Display P3',
    colorants: [0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841],
    curve: srgbCurve,
  },
  {
    name: 'ProPhoto RGB',
    colorants: [0.7977, 0.288, 0, 0.1352, 0.7119, 0, 0.0313, 0.0001, 0.8249],
    curve: (value) => value ** 1.8,
  },
];
