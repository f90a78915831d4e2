import { profileFamilies, type ProfileFamily } from './profile-families';

export interface IccProfile {
  /** Bounded; without control characters. */
  readonly description: string;
  /** By primaries and curve; `other` when they are none that has a name here; absent when the profile has none. */
  readonly family?: ProfileFamily | 'other' | undefined;
}

const HEADER_BYTES = 128;
const MAX_TAGS = 200;
/** No curve has more points. */
const MAX_POINTS = 65_536;
const MAX_DESCRIPTION = 200;
/** The most that a colorant (XYZ, adapted to D50) may be off: chromatic adaptations differ by that. */
const COLORANT_TOLERANCE = 0.012;
/** The most that a curve may be off: a plain gamma of 2.2 passes for sRGB's, 1.8 and 1.0 do not. */
const CURVE_TOLERANCE = 0.02;
const SAMPLES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Reads an ICC profile (ICC.1:2022). `undefined` when it cannot be read; its length field may be off by padding. */
export function readIccProfile(bytes: Buffer): IccProfile | undefined {
  if (bytes.length < HEADER_BYTES + 4 || bytes.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const tags = new Map<string, Buffer>();
  const count = Math.min(bytes.readUInt32BE(HEADER_BYTES), MAX_TAGS);
  for (let index = 0; index < count; index++) {
    const row = HEADER_BYTES + 4 + 12 * index;
    if (row + 12 > bytes.length) break;
    const at = bytes.readUInt32BE(row + 4);
    tags.set(bytes.toString('latin1', row, row + 4), bytes.subarray(at, at + bytes.readUInt32BE(row + 8)));
  }
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

function familyOf(tags: ReadonlyMap<string, Buffer>): IccProfile['family'] {
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

function colorantOf(tag: Buffer | undefined): readonly number[] | undefined {
  if (tag === undefined || tag.length < 20) return undefined;
  return [8, 12, 16].map((at) => fixed(tag, at));
}

/** A signed 15.16 fixed-point number. */
function fixed(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) / 65_536;
}

type Curve = (value: number) => number;

function curveOf(tag: Buffer | undefined): Curve | undefined {
  if (tag === undefined || tag.length < 12) return undefined;
  const type = tag.toString('latin1', 0, 4);
  if (type === 'curv') return tableCurve(tag);
  return type === 'para' ? parametricCurve(tag) : undefined;
}

function tableCurve(tag: Buffer): Curve | undefined {
  const count = tag.readUInt32BE(8);
  if (count === 0) return (value) => value;
  if (count > MAX_POINTS || tag.length < 12 + 2 * count) return undefined;
  if (count === 1) return (value) => value ** (tag.readUInt16BE(12) / 256);
  const point = (index: number): number => tag.readUInt16BE(12 + 2 * Math.min(index, count - 1)) / 65_535;
  return (value) => {
    const place = value * (count - 1);
    const low = Math.floor(place);
    return point(low) + (place - low) * (point(low + 1) - point(low));
  };
}

/** The function types 0 to 4 of `parametricCurveType`. */
function parametricCurve(tag: Buffer): Curve | undefined {
  const type = tag.readUInt16BE(8);
  const wanted = [1, 3, 4, 5, 7][type];
  if (wanted === undefined || tag.length < 12 + 4 * wanted) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: wanted }, (_, index) =>
    fixed(tag, 12 + 4 * index),
  );
  if (type === 0) return (value) => value ** g;
  if (type === 1) return (value) => (value >= -b / a ? (a * value + b) ** g : 0);
  if (type === 2) return (value) => (value >= -b / a ? (a * value + b) ** g + c : c);
  return (value) => (value >= d ? (a * value + b) ** g + e : c * value + f);
}
