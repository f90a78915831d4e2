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
