import { iccTags, colorantOf, curveOf, type Curve } from './icc-tags';
import { unrounded } from './profile-families';

/** An RGB profile that consists of three curves and a matrix, as sRGB, Display P3 and Adobe RGB do. */
export interface MatrixProfile {
  /** From stored values of red, green and blue to light. */
  readonly curves: readonly [Curve, Curve, Curve];
  /** From light to XYZ (D50), row by row. */
  readonly toXyz: Matrix;
}

/** Nine numbers, row by row. */
export type Matrix = readonly number[];

/** `undefined` when the profile has tables instead (`A2B0` comes first, ICC.1:2022, 8.3), or cannot be read. */
export function readMatrixProfile(bytes: Buffer): MatrixProfile | undefined {
  const tags = iccTags(bytes);
  if (tags === undefined || tags.has('A2B0') || bytes.toString('latin1', 16, 24) !== 'RGB XYZ ') return undefined;
  const [red, green, blue] = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tags.get(name)));
  const colorants = unrounded(['rXYZ', 'gXYZ', 'bXYZ'].flatMap((name) => colorantOf(tags.get(name)) ?? []));
  if (red === undefined || green === undefined || blue === undefined || colorants.length < 9) return undefined;
  const toXyz = Array.from({ length: 9 }, (_, at) => colorants[3 * (at % 3) + Math.floor(at / 3)] ?? 0);
  return { curves: [red, green, blue], toXyz };
}

/** The matrix that undoes `matrix`; infinite numbers when there is none. */
export function inverse(matrix: Matrix): Matrix {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const cofactors = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f];
  cofactors.push(d * h - e * g, b * g - a * h, a * e - b * d);
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return cofactors.map((value) => value / determinant);
}

/** The matrix that does first `first`, then `then`. */
export function product(then: Matrix, first: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (then[row + k] ?? 0) * (first[3 * k + column] ?? 0), 0);
  });
}
