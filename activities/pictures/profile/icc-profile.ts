import { iccTags, MAX_TAGS, type IccTags, colorantOf, curveOf } from './icc-tags';
import { profileFamilies, type ProfileFamily } from './profile-families';

export interface IccProfile {
  /** Bounded; without control characters. */
  readonly description: string;
  /** By primaries and curve; `other` when they are none that has a name here; absent when the profile has none. */
  readonly family?: ProfileFamily | 'other' | undefined;
}

const MAX_DESCRIPTION = 200;
/** The most that a colorant (XYZ, adapted to D50) may be off: chromatic adaptations differ by that. */
const COLORANT_TOLERANCE = 0.012;
/** The most that a curve may be off: a plain gamma of 2.2 passes for sRGB's, 1.8 and 1.0 do not. */
const CURVE_TOLERANCE = 0.02;
const SAMPLES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Reads an ICC profile (ICC.1:2022). `undefined` when it cannot be read; its length field may be off by padding. */
export function readIccProfile(bytes: Buffer): IccProfile | undefined {
  const tags = iccTags(bytes);
  if (tags === undefined) return undefined;
  const description = tags.get('desc');
  const words =
    description === undefined
      ? ''
      : textOf(description)
          .replace(/\p{Cc}/gu, '')
          .trim();
  return { description: words === '' ? 'without a description' : words, family: familyOf(tags) };
}

/** A text of version 2, or of version 4 in several languages, of which English is preferred. */
function textOf(tag: Buffer): string {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'desc' && tag.length > 12) {
    const length = Math.min(tag.readUInt32BE(8), MAX_DESCRIPTION);
    return tag.toString('utf8', 12, 12 + length).split('\0')[0] ?? '';
  }
  if (type === 'text') return tag.toString('utf8', 8, 8 + MAX_DESCRIPTION).split('\0')[0] ?? '';
  if (type !== 'mluc' || tag.length < 16) return '';
  const count = Math.min(tag.readUInt32BE(8), MAX_TAGS);
  const texts: [language: string, text: string][] = [];
  for (let index = 0; index < count; index++) {
    const row = 16 + 12 * index;
    if (row + 12 > tag.length) break;
    const at = tag.readUInt32BE(row + 8);
    const length = Math.min(tag.readUInt32BE(row + 4), 2 * MAX_DESCRIPTION);
    const text = Buffer.from(tag.subarray(at, at + length - (length % 2)));
    if (text.length % 2 === 0) texts.push([tag.toString('latin1', row, row + 2), text.swap16().toString('utf16le')]);
  }
  return (texts.find(([language]) => language === 'en') ?? texts[0])?.[1] ?? '';
}

function familyOf(tags: IccTags): IccProfile['family'] {
  const colorants = ['rXYZ', 'gXYZ', 'bXYZ'].flatMap((name) => colorantOf(tags.get(name)) ?? []);
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tags.get(name)));
  if (colorants.length < 9 || curves.some((curve) => curve === undefined)) return undefined;
  const known = profileFamilies.find(
    ({ colorants: wanted, curve: right }) =>
      wanted.every((value, index) => Math.abs(value - (colorants[index] ?? NaN)) <= COLORANT_TOLERANCE) &&
      SAMPLES.every((at) => curves.every((curve) => Math.abs((curve?.(at) ?? NaN) - right(at)) <= CURVE_TOLERANCE)),
  );
  return known?.name ?? 'other';
}
