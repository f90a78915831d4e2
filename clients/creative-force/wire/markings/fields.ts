import { isRecord } from '../../../record';

/** What the coordinates of a marking are told to be; `undefined` when nothing tells it. */
export type Unit = 'fraction' | 'percent' | 'pixels';

/** MarkingFields of a marking with those of the objects inside that describe its place: the outer ones count first. */
export type MarkingFields = readonly Readonly<Record<string, unknown>>[];

export interface Measure {
  readonly value: number;
  readonly unit?: Unit | undefined;
}

/** Objects inside a marking that hold a part of its place. */
const placeNames = [
  'geometry',
  'shape',
  'attrs',
  'attributes',
  'data',
  'area',
  'region',
  'position',
  'bounds',
  'boundingBox',
  'bbox',
  'box',
  'rect',
  'rectangle',
  'ellipse',
  'circle',
  'arrow',
  'coordinates',
  'topLeft',
  'size',
  'target',
  'selector',
] as const;
const MOST_OBJECTS = 12;

/** The marking and the objects inside it that describe its place. */
export function fieldsOf(marking: Readonly<Record<string, unknown>>): MarkingFields {
  const found = [marking];
  for (let at = 0; at < found.length && found.length < MOST_OBJECTS; at++) {
    const outer = found[at];
    for (const name of placeNames) {
      const inner = outer !== undefined && Object.hasOwn(outer, name) ? outer[name] : undefined;
      if (isRecord(inner)) found.push(inner);
    }
  }
  return found;
}

/** The first value under one of these names. */
export function findField(fields: MarkingFields, names: readonly string[]): unknown {
  for (const name of names) {
    for (const one of fields) {
      if (Object.hasOwn(one, name) && one[name] !== null && one[name] !== undefined) return one[name];
    }
  }
  return undefined;
}

export function findText(fields: MarkingFields, names: readonly string[]): string | undefined {
  const found = names
    .map((name) => findField(fields, [name]))
    .find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof found === 'string' ? found.trim() : undefined;
}

const unitSuffixes: readonly (readonly [string, Unit | undefined])[] = [
  ['', undefined],
  ['Percent', 'percent'],
  ['Percentage', 'percent'],
  ['Pct', 'percent'],
  ['Px', 'pixels'],
  ['Pixel', 'pixels'],
  ['Pixels', 'pixels'],
  ['InPixel', 'pixels'],
  ['Ratio', 'fraction'],
  ['Relative', 'fraction'],
  ['Normalized', 'fraction'],
  ['Normalised', 'fraction'],
  ['Fraction', 'fraction'],
];

/** A length under one of these names, also as `xPercent` or `xPx`. */
export function findMeasure(fields: MarkingFields, names: readonly string[]): Measure | undefined {
  for (const name of names) {
    for (const [suffix, unit] of unitSuffixes) {
      const found = readMeasure(findField(fields, [`${name}${suffix}`]));
      if (found !== undefined) return { value: found.value, unit: found.unit ?? unit };
    }
  }
  return undefined;
}

/** A number, or text such as `12.5`, `12%` and `120px`. */
export function readMeasure(value: unknown): Measure | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? { value } : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim().toLowerCase();
  const unit = text.endsWith('%') ? 'percent' : text.endsWith('px') ? 'pixels' : undefined;
  const digits = text.replace(/(?:%|px)$/, '').trim();
  const number = digits === '' ? NaN : Number(digits);
  return Number.isFinite(number) ? { value: number, unit } : undefined;
}

const unitNames = ['unit', 'units', 'coordinateUnit', 'coordinateSystem', 'coordinateSpace', 'coordinateType', 'space'];

/** The unit that a marking states in words. */
export function statedUnit(fields: MarkingFields): Unit | undefined {
  const word = findText(fields, unitNames)?.toLowerCase() ?? '';
  if (/percent|pct|%/.test(word)) return 'percent';
  if (/pixel|px|absolute/.test(word)) return 'pixels';
  return /frac|ratio|relative|normali[sz]ed|unit/.test(word) ? 'fraction' : undefined;
}

const pictureNames = [
  'image',
  'picture',
  'canvas',
  'stage',
  'imageSize',
  'pictureSize',
  'canvasSize',
  'dimension',
  'dimensions',
  'resolution',
  'original',
  'imageInformation',
];
const widthNames = [
  'imageWidth',
  'pictureWidth',
  'originalWidth',
  'naturalWidth',
  'canvasWidth',
  'stageWidth',
  'sourceWidth',
  'assetWidth',
  'referenceWidth',
];

/** The size in pixels of the picture that coordinates are given on, if an object tells it. */
export function statedSize(fields: MarkingFields): { readonly width: number; readonly height: number } | undefined {
  const beside = widthNames.map((width) => [[width], [width.replace('Width', 'Height')]] as const);
  for (const [width, height] of beside) {
    const size = sizeOf(findMeasure(fields, width)?.value, findMeasure(fields, height)?.value);
    if (size !== undefined) return size;
  }
  for (const name of pictureNames) {
    const inner = findField(fields, [name]);
    if (!isRecord(inner)) continue;
    const dimension = Object.hasOwn(inner, 'dimension') && isRecord(inner['dimension']) ? [inner['dimension']] : [];
    const own = [inner, ...dimension];
    const size = sizeOf(findMeasure(own, ['width', 'w'])?.value, findMeasure(own, ['height', 'h'])?.value);
    if (size !== undefined) return size;
  }
  return undefined;
}

function sizeOf(width = 0, height = 0): { readonly width: number; readonly height: number } | undefined {
  return width > 1 && height > 1 ? { width, height } : undefined;
}
