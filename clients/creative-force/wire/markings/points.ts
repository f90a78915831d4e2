import svgpath from 'svgpath';

import { isRecord } from '../../../record';
import { findMeasure, readMeasure, type Unit } from './fields';

/** Points as they are written, and the unit that their values name. */
export interface RawPoints {
  readonly points: readonly (readonly [number, number])[];
  readonly unit?: Unit | undefined;
}

/** Enough for any line that a hand draws. */
const MOST_POINTS = 2_000;
const MOST_CHARACTERS = 100_000;
const nothing: RawPoints = { points: [] };

/**
 * The points of a list of `{x, y}`, `{left, top}`, `[x, y]` or `"x,y"`, of a flat list of numbers, of lists of these, of the text of an SVG
 * polygon or of an SVG path; of what is none of these, no points.
 */
export function readPoints(value: unknown, depth = 0): RawPoints {
  if (typeof value === 'string') return pointsOfText(value);
  if (isRecord(value)) return pointOfRecord(value);
  if (!Array.isArray(value) || depth > 4) return nothing;
  const parts = (value as unknown[]).slice(0, MOST_POINTS * 2);
  const numbers = parts.map(readMeasure);
  if (numbers.every((number) => number !== undefined)) {
    return { points: pairs(numbers.map((number) => number.value)), unit: numbers[0]?.unit };
  }
  // The commands of a path: [["M", 1, 2], ["L", 3, 4]].
  const [first] = parts;
  if (Array.isArray(first) && typeof first[0] === 'string' && /^[A-Za-z]$/.test(first[0])) {
    return pointsOfText(parts.map((part) => (Array.isArray(part) ? part.join(' ') : '')).join(' '));
  }
  const inner = parts.map((part) => readPoints(part, depth + 1));
  const points = inner.flatMap((one) => one.points).slice(0, MOST_POINTS);
  return { points, unit: inner.find(({ unit }) => unit !== undefined)?.unit };
}

function pointOfRecord(record: Readonly<Record<string, unknown>>): RawPoints {
  const x = findMeasure([record], ['x', 'left', 'lng', 'cx']);
  const y = findMeasure([record], ['y', 'top', 'lat', 'cy']);
  if (x === undefined || y === undefined) return nothing;
  return { points: [[x.value, y.value]], unit: x.unit };
}

function pointsOfText(text: string): RawPoints {
  const cut = text.slice(0, MOST_CHARACTERS).trim();
  if (/^m/i.test(cut)) return { points: pointsOfPath(cut) };
  const numbers = cut.split(/[\s,;]+/).map(readMeasure);
  if (numbers.length < 2 || !numbers.every((number) => number !== undefined)) return nothing;
  return { points: pairs(numbers.map((number) => number.value)), unit: numbers[0]?.unit };
}

/** The ends of a path's segments, and the middle of each curve. A path that is damaged ends where its fault is. */
function pointsOfPath(path: string): (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  svgpath(path)
    .abs()
    .unshort()
    .unarc()
    .iterate(([command, ...values], _, x, y) => {
      const numbers = values as number[];
      const [endX = x, endY = y] = numbers.slice(-2);
      if (points.length >= MOST_POINTS) return;
      if (command === 'H') points.push([numbers[0] ?? x, y]);
      else if (command === 'V') points.push([x, numbers[0] ?? y]);
      else if (command === 'C' || command === 'Q') {
        const [x1 = x, y1 = y, x2 = x1, y2 = y1] = numbers;
        points.push(
          command === 'C'
            ? [(x + 3 * x1 + 3 * x2 + endX) / 8, (y + 3 * y1 + 3 * y2 + endY) / 8]
            : [(x + 2 * x1 + endX) / 4, (y + 2 * y1 + endY) / 4],
        );
        points.push([endX, endY]);
      } else if (numbers.length === 2) points.push([endX, endY]);
    });
  return points.filter((point) => point.every(Number.isFinite));
}

function pairs(numbers: readonly number[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at + 1 < numbers.length && found.length < MOST_POINTS; at += 2) {
    found.push([numbers[at] ?? 0, numbers[at + 1] ?? 0]);
  }
  return found;
}
