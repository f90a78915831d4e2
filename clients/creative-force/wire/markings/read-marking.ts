import type { MarkingKind, PictureSize, Point } from '../../../../domain/delivery/marking';
import { isRecord } from '../../../record';
import {
  fieldsOf,
  findField,
  findMeasure,
  findText,
  statedSize,
  statedUnit,
  type MarkingFields,
  type Measure,
  type Unit,
} from './fields';
import { readPoints, type RawPoints } from './points';
import { readAuthor, readColour, readTime } from './attributes';

/** A marking with its coordinates as they are written. */
export interface RawMarking {
  readonly kind: MarkingKind;
  /** Its corners, its line, or its ends; none when its place cannot be read. */
  readonly outline: readonly Point[];
  readonly unit?: Unit | undefined;
  readonly size?: PictureSize | undefined;
  readonly text?: string | undefined;
  readonly author?: string | undefined;
  readonly at?: number | undefined;
  readonly colour?: string | undefined;
}

const kindNames = ['type', 'kind', 'shape', 'tool', 'markType', 'markingType', 'shapeType', 'className'];
const kinds: readonly (readonly [RegExp, MarkingKind])[] = [
  [/arrow/, 'arrow'],
  [/^(?:rect|square|box|area|region|highlight|crop)/, 'rectangle'],
  [/^(?:ellip|circle|oval)/, 'ellipse'],
  [/^(?:free|pen|brush|draw|path|poly|scribble|curve|stroke|lasso|ink|line)/, 'freehand'],
  [/^(?:point|pin|dot|marker|spot)/, 'point'],
];
/** Words that say that something was drawn, and not what. */
const GENERAL =
  /^(?:feature|shape|marking|mark|annotation|comment|note|drawing|rejection|instruction|fragmentselector|svgselector)$/;

const lineNames = [
  'points',
  'path',
  'vertices',
  'line',
  'pts',
  'polyline',
  'polygon',
  'coordinates',
  'coords',
  'strokes',
  'segments',
  'nodes',
  'd',
];
const boxNames = ['bbox', 'boundingBox', 'bounds', 'rect', 'box', 'area', 'region', 'xywh'];
const startNames = ['start', 'from', 'begin', 'tail', 'p1', 'point1', 'topLeft', 'min'];
const finishNames = ['end', 'to', 'finish', 'head', 'p2', 'point2', 'bottomRight', 'max'];

/** Reads one marking, in whatever form; `undefined` for what describes none. A kind that nobody has heard of is `other`. */
export function readMarking(value: unknown, around: MarkingFields = []): RawMarking | undefined {
  if (Array.isArray(value)) return readList(value, around);
  if (!isRecord(value)) return undefined;
  const fields = fieldsOf(value);
  const { points, unit, isBox } = outlineOf(fields);
  return {
    kind: kindOf(fields) ?? kindByOutline(points.length, isBox),
    outline: points,
    unit: unit ?? statedUnit(fields),
    size: statedSize(fields) ?? statedSize(around),
    text: findText(fields, ['text', 'comment', 'note', 'message', 'label', 'description', 'content']),
    author: readAuthor(fields),
    at: readTime(fields),
    colour: readColour(fields),
  };
}

/** By the words that name it; `undefined` when there are none. */
export function kindOf(fields: MarkingFields): MarkingKind | undefined {
  const words = fields
    .flatMap((one) => kindNames.flatMap((name) => findText([one], [name])?.toLowerCase() ?? []))
    .filter((word) => !GENERAL.test(word));
  const known = words.flatMap((word) => kinds.find(([pattern]) => pattern.test(word))?.[1] ?? []);
  return known[0] ?? (words.length > 0 ? 'other' : undefined);
}

/** A bare list is a box of four numbers, or a line. */
function readList(value: readonly unknown[], around: MarkingFields): RawMarking | undefined {
  const box = boxOfList(value);
  const { points, unit } = box ?? readPoints(value);
  if (points.length === 0) return undefined;
  return {
    kind: box ? 'rectangle' : kindByOutline(points.length, false),
    outline: points,
    unit,
    size: statedSize(around),
  };
}

function kindByOutline(points: number, isBox: boolean): MarkingKind {
  if (isBox) return 'rectangle';
  return points === 1 ? 'point' : points > 2 ? 'freehand' : 'other';
}

interface Outline extends RawPoints {
  readonly isBox: boolean;
}

function outlineOf(fields: MarkingFields): Outline {
  const line = lineNames.map((name) => readPoints(findField(fields, [name]))).find(({ points }) => points.length > 0);
  if (line !== undefined) return { ...shifted(line, fields), isBox: false };
  const ends = endsOf(fields);
  if (ends !== undefined) return { ...ends, isBox: false };
  const box = roundBox(fields) ?? cornerBox(fields) ?? boxOfText(findText(fields, ['value', 'xywh']));
  if (box !== undefined) return { ...box, isBox: true };
  for (const name of boxNames) {
    const found = boxOfList(findField(fields, [name]));
    if (found !== undefined) return { ...found, isBox: true };
  }
  return { ...fieldsPoint(fields), isBox: false };
}

/** The numbers of a Konva line count from its own place. */
function shifted(line: RawPoints, fields: MarkingFields): RawPoints {
  const isKonva = findText(fields, ['className']) !== undefined;
  const [x, y] = [findMeasure(fields, ['x'])?.value ?? 0, findMeasure(fields, ['y'])?.value ?? 0];
  return isKonva ? { ...line, points: line.points.map(([px, py]) => [px + x, py + y] as const) } : line;
}

function endsOf(fields: MarkingFields): RawPoints | undefined {
  const start = readPoints(findField(fields, startNames));
  const [from] = start.points;
  const [to] = readPoints(findField(fields, finishNames)).points;
  if (from !== undefined && to !== undefined) return { points: [from, to], unit: start.unit };
  return toCorners(
    findMeasure(fields, ['x1', 'startX', 'fromX', 'xMin', 'minX', 'xmin']),
    findMeasure(fields, ['y1', 'startY', 'fromY', 'yMin', 'minY', 'ymin']),
    findMeasure(fields, ['x2', 'endX', 'toX', 'xMax', 'maxX', 'xmax']),
    findMeasure(fields, ['y2', 'endY', 'toY', 'yMax', 'maxY', 'ymax']),
  );
}

/** A centre with radii. */
function roundBox(fields: MarkingFields): RawPoints | undefined {
  const radius = findMeasure(fields, ['radius', 'r']);
  const rx = findMeasure(fields, ['rx', 'radiusX', 'xRadius']) ?? radius;
  const ry = findMeasure(fields, ['ry', 'radiusY', 'yRadius']) ?? radius;
  if (rx === undefined || ry === undefined) return undefined;
  const centre = readPoints(findField(fields, ['center', 'centre'])).points[0];
  const x = findMeasure(fields, ['cx', 'centerX', 'centreX', 'x'])?.value ?? centre?.[0];
  const y = findMeasure(fields, ['cy', 'centerY', 'centreY', 'y'])?.value ?? centre?.[1];
  // A rectangle with round corners has radii, too.
  const isRectangle = findMeasure(fields, ['width', 'w']) !== undefined;
  if (isRectangle) return undefined;
  const left = findMeasure(fields, ['left'])?.value;
  const top = findMeasure(fields, ['top'])?.value;
  if (x === undefined || y === undefined) {
    if (left === undefined || top === undefined) return undefined;
    return boxOf(left, top, left + 2 * rx.value, top + 2 * ry.value, rx.unit);
  }
  return boxOf(x - rx.value, y - ry.value, x + rx.value, y + ry.value, rx.unit);
}

function boxOf(left: number, top: number, right: number, bottom: number, unit: Unit | undefined): RawPoints {
  return {
    points: [
      [left, top],
      [right, bottom],
    ],
    unit,
  };
}

/** A corner with a size, or two edges with the two others. */
function cornerBox(fields: MarkingFields): RawPoints | undefined {
  const left = findMeasure(fields, ['x', 'left']);
  const top = findMeasure(fields, ['y', 'top']);
  if (left === undefined || top === undefined) return undefined;
  const width = findMeasure(fields, ['width', 'w']);
  const height = findMeasure(fields, ['height', 'h']);
  if (width !== undefined && height !== undefined) {
    const wide = width.value * (findMeasure(fields, ['scaleX'])?.value ?? 1);
    const high = height.value * (findMeasure(fields, ['scaleY'])?.value ?? 1);
    return boxOf(left.value, top.value, left.value + wide, top.value + high, left.unit ?? width.unit);
  }
  return toCorners(left, top, findMeasure(fields, ['right']), findMeasure(fields, ['bottom']));
}

function toCorners(left?: Measure, top?: Measure, right?: Measure, bottom?: Measure): RawPoints | undefined {
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return undefined;
  return boxOf(left.value, top.value, right.value, bottom.value, left.unit);
}

/** `[x, y, width, height]`. */
function boxOfList(value: unknown): RawPoints | undefined {
  if (typeof value === 'string') return boxOfText(value);
  if (!Array.isArray(value) || value.length !== 4 || value.some((part) => typeof part === 'object')) return undefined;
  const { points, unit } = readPoints(value);
  const [corner, size] = points;
  if (corner === undefined || size === undefined) return undefined;
  return { points: [corner, [corner[0] + size[0], corner[1] + size[1]]], unit };
}

/** A media fragment: `xywh=percent:10,20,30,40`, as W3C's web annotations have. */
function boxOfText(text: string | undefined): RawPoints | undefined {
  const [, unit, numbers] = /^(?:#?xywh=)?(?:(percent|pixel):)?([-\d.,\s]+)$/.exec(text?.slice(0, 200) ?? '') ?? [];
  const box = numbers === undefined ? undefined : boxOfList(numbers.split(',').map((part) => part.trim()));
  return box && { ...box, unit: unit === 'percent' ? 'percent' : unit === 'pixel' ? 'pixels' : box.unit };
}

function fieldsPoint(fields: MarkingFields): RawPoints {
  const x = findMeasure(fields, ['x', 'left', 'cx']);
  const y = findMeasure(fields, ['y', 'top', 'cy']);
  return x === undefined || y === undefined ? { points: [] } : { points: [[x.value, y.value]], unit: x.unit };
}
