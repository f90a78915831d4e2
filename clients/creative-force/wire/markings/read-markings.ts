import type { DrawnMarking, Point } from '../../../../domain/delivery/marking';
import { parseJson } from '../../../http/body';
import { isRecord } from '../../../record';
import { findMeasure, fieldsOf, type MarkingFields, type Unit } from './fields';
import { kindOf, readMarking, type RawMarking } from './read-marking';

/** Names of the list of markings in a note; the first is assumed (docs/reference/assumptions.md#annotations). */
const listNames = [
  'markings',
  'marks',
  'marking',
  'shapes',
  'drawings',
  'drawing',
  'regions',
  'areas',
  'markup',
  'markups',
  'objects',
  'geometries',
  'geometry',
  'overlay',
  'svg',
  'target',
  'region',
];
/** Names of the list inside an object that describes a whole drawing. */
const innerNames = ['markings', 'objects', 'shapes', 'items', 'features', 'children', 'elements', 'data'];

/** Of one note, and of one answer. */
const MOST_MARKINGS = 100;
const MOST_IN_ANSWER = 500;
/** Of one outline. */
const MOST_POINTS = 40;
const LONGEST_JSON = 1_000_000;

/** The markings of a note as they are written. Never throws: what describes none is left out. */
export function readMarkings(note: Readonly<Record<string, unknown>>): RawMarking[] {
  for (const name of listNames) {
    const found = Object.hasOwn(note, name) ? markingsOf(note[name], [note], 0) : [];
    if (found.length > 0) return found.slice(0, MOST_MARKINGS);
  }
  // The note itself may say where it is.
  const isPlaced = findMeasure([note], ['x', 'left', 'x1', 'startX']) !== undefined || Array.isArray(note['points']);
  const own = isPlaced ? readMarking(note) : undefined;
  return own === undefined || own.outline.length === 0
    ? []
    : [{ ...own, text: undefined, author: undefined, at: undefined }];
}

function markingsOf(value: unknown, around: MarkingFields, depth: number): RawMarking[] {
  if (depth > 4) return [];
  if (typeof value === 'string') {
    const json = value.length > LONGEST_JSON || !/^\s*[[{]/.test(value) ? undefined : parseJson(value);
    return json === undefined ? svgMarkings(value) : markingsOf(json, around, depth + 1);
  }
  if (Array.isArray(value)) {
    const isOne = value.length > 0 && value.every((part) => typeof part === 'number' || typeof part === 'string');
    if (isOne) return [readMarking(value, around) ?? []].flat();
    return (value as unknown[]).slice(0, MOST_MARKINGS).flatMap((part) => markingsOf(part, around, depth + 1));
  }
  if (!isRecord(value)) return [];
  const inner = innerNames.find(
    (name) => Object.hasOwn(value, name) && Array.isArray(value[name]) && hasRecords(value[name]),
  );
  if (inner !== undefined) return markingsOf(value[inner], [value, ...around], depth + 1);
  const [svg] = fieldsOf(value).flatMap((one) =>
    ['value', 'svg'].flatMap((name) => (typeof one[name] === 'string' ? svgMarkings(one[name]) : [])),
  );
  if (svg !== undefined) {
    const { text, author, at, colour } = readMarking(value) ?? {};
    return [{ ...svg, kind: kindOf(fieldsOf(value)) ?? svg.kind, text, author, at, colour: colour ?? svg.colour }];
  }
  return [readMarking(value, around) ?? []].flat();
}

function hasRecords(list: readonly unknown[]): boolean {
  return list.some((part) => isRecord(part) && Object.keys(part).length > 2);
}

/**
 * The markings of all notes of one answer. An answer speaks one language: coordinates without a stated unit are fractions when none is
 * greater than 1, percent when none is greater than 100 and no size of a picture is told, and pixels otherwise.
 */
export function settleMarkings(notes: readonly (readonly RawMarking[])[]): DrawnMarking[][] {
  const open = notes.flat().filter(({ unit }) => unit === undefined);
  const greatest = Math.max(0, ...open.flatMap(({ outline }) => outline.map((point) => Math.max(...point))));
  const isSized = open.some(({ size }) => size !== undefined);
  const common: Unit = greatest <= 1.01 ? 'fraction' : greatest <= 100 && !isSized ? 'percent' : 'pixels';
  let left = MOST_IN_ANSWER;
  return notes.map((markings) => {
    const settled = markings.slice(0, left).map((marking) => settle(marking, common));
    left -= settled.length;
    return settled;
  });
}

function settle({ kind, outline, unit, size, ...rest }: RawMarking, common: Unit): DrawnMarking {
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const actual = unit ?? common;
  const scale = actual === 'percent' ? { width: 100, height: 100 } : actual === 'pixels' ? size : undefined;
  const { width, height } = scale ?? { width: 1, height: 1 };
  const isInPixels = actual === 'pixels' && size === undefined;
  return {
    ...said,
    kind,
    outline: thinned(outline).map(([x, y]) => [x / width, y / height]),
    ...(isInPixels && { isInPixels: true as const }),
  };
}

/** Points of an outline at even distances, with its first and its last one. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}

const MOST_CHARACTERS = 200_000;
const MOST_SHAPES = 100;

/** The shapes of an SVG; its view box, or its size, is the picture. Of any other text none. */
function svgMarkings(text: string): RawMarking[] {
  const svg = text.slice(0, MOST_CHARACTERS);
  const [, head] = /<svg\b([^<>]*)>/i.exec(svg) ?? [];
  const { viewBox = '', width, height } = attributesOf(head ?? '');
  const [, , boxWidth, boxHeight] = viewBox.split(/[\s,]+/);
  const around = [{ canvasWidth: boxWidth ?? width, canvasHeight: boxHeight ?? height }];
  const shapes = [...svg.matchAll(/<(rect|ellipse|circle|line|polyline|polygon|path)\b([^<>]*)>/gi)];
  return shapes.slice(0, MOST_SHAPES).flatMap(([, tag, attributes = '']) => {
    const marking = readMarking({ ...attributesOf(attributes), type: tag }, around);
    return marking === undefined || marking.outline.length === 0 ? [] : [marking];
  });
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/\b([a-z][\w-]*)=(?:"([^"]*)"|'([^']*)')/gi)];
  return Object.fromEntries(found.map(([, name = '', double, single]) => [name, double ?? single ?? '']));
}
