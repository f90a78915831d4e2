/** The tags of an ICC profile by their signatures. */
export type IccTags = ReadonlyMap<string, Buffer>;

const HEADER_BYTES = 128;
/** More tags than any profile has are not read. */
export const MAX_TAGS = 200;

/** The tags of an ICC profile (ICC.1:2022, 7.3); `undefined` when the bytes are none. */
export function iccTags(bytes: Buffer): IccTags | undefined {
  if (bytes.length < HEADER_BYTES + 4 || bytes.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const tags = new Map<string, Buffer>();
  const count = Math.min(bytes.readUInt32BE(HEADER_BYTES), MAX_TAGS);
  for (let index = 0; index < count; index++) {
    const row = HEADER_BYTES + 4 + 12 * index;
    if (row + 12 > bytes.length) break;
    const at = bytes.readUInt32BE(row + 4);
    tags.set(bytes.toString('latin1', row, row + 4), bytes.subarray(at, at + bytes.readUInt32BE(row + 8)));
  }
  return tags;
}

/** No curve has more points. */
const MAX_POINTS = 65_536;

/** X, Y and Z of a colorant, adapted to D50. */
export function colorantOf(tag: Buffer | undefined): readonly number[] | undefined {
  if (tag === undefined || tag.length < 20) return undefined;
  return [8, 12, 16].map((at) => fixed(tag, at));
}

/** A signed 15.16 fixed-point number. */
function fixed(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) / 65_536;
}

/** From a stored value to light, both 0 to 1. */
export type Curve = (value: number) => number;

/** `undefined` when the tag is absent, or no curve. */
export function curveOf(tag: Buffer | undefined): Curve | undefined {
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
