/** What a reviewer draws on a picture (docs/reference/assumptions.md#annotations); `other` is drawn as its box. */
export const markingKinds = ['rectangle', 'ellipse', 'arrow', 'freehand', 'point', 'other'] as const;
export type MarkingKind = (typeof markingKinds)[number];

/** A place in a picture as fractions from 0 to 1: first of its width from the left, then of its height from the top. */
export type Point = readonly [x: number, y: number];

/** A part of a picture: its upper left corner and its size, as fractions of the picture's width and height. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const WHOLE_PICTURE: Box = { x: 0, y: 0, width: 1, height: 1 };

/** A marking on a picture. All of it lies inside the picture. */
export interface Marking {
  readonly kind: MarkingKind;
  /** Around everything that is drawn; of a point and of a straight line it has no width or no height. */
  readonly box: Box;
  /** Of an arrow its tail and its head, of freehand its line, of a point the point; of all others none. */
  readonly points: readonly Point[];
  /** Where it lies could not be read, so that its box is the whole picture. */
  readonly isUnplaced?: true | undefined;
  readonly text?: string | undefined;
  readonly author?: string | undefined;
  /** By Creative Force's clock; Unix milliseconds. */
  readonly at?: number | undefined;
  /** `#rrggbb` in lower case. */
  readonly colour?: string | undefined;
}

/** A marking as it is read. */
export interface DrawnMarking extends Omit<Marking, 'box' | 'points' | 'isUnplaced'> {
  /** What is drawn, in order; of a rectangle and an ellipse any points that reach their edges. Empty where it could not be read. */
  readonly outline: readonly Point[];
  /** The coordinates are pixels of a picture whose size the answer does not say; otherwise fractions. */
  readonly isInPixels?: true | undefined;
}

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A marking that begins this far outside a picture was drawn on one of another size. */
const TOLERANCE = 1.02;

/** The marking as fractions of the picture that it is drawn on, clipped to it. `size`: that of the picture, where it is known. */
export function placeMarking({ isInPixels, outline, ...drawn }: DrawnMarking, size: PictureSize | undefined): Marking {
  const { width, height } = isInPixels === true ? (size ?? { width: 0, height: 0 }) : { width: 1, height: 1 };
  if (outline.length === 0 || width <= 0 || height <= 0) return unplaced(drawn);
  const points = outline.map(([x, y]): Point => [x / width, y / height]);
  const box = boxAround(points);
  if (box.x > TOLERANCE || box.y > TOLERANCE || box.x + box.width < 0) return unplaced(drawn);
  return { ...drawn, box: boxAround(points.map(inside)), points: shownPoints(drawn.kind, points).map(inside) };
}

function shownPoints(kind: MarkingKind, points: readonly Point[]): readonly Point[] {
  if (kind === 'freehand') return points;
  if (kind === 'arrow') return [...points.slice(0, 1), ...points.slice(1).slice(-1)];
  return kind === 'point' ? [centreOf(points)] : [];
}

function centreOf(points: readonly Point[]): Point {
  const { x, y, width, height } = boxAround(points);
  return [x + width / 2, y + height / 2];
}

function inside([x, y]: Point): Point {
  return [fraction(x), fraction(y)];
}

function boxAround(points: readonly Point[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: rounded(Math.max(...xs) - x), height: rounded(Math.max(...ys) - y) };
}

function unplaced(drawn: Omit<Marking, 'box' | 'points'>): Marking {
  return { ...drawn, isUnplaced: true, box: WHOLE_PICTURE, points: [] };
}

function fraction(value: number): number {
  return rounded(Math.min(1, Math.max(0, value)));
}

/** A tenth of a thousandth of a picture is less than a pixel. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** A part of the picture that is too large to say where it is. */
const LARGE = 0.6;

/** Where a marking lies, in words: `upper right`, `middle`, `lower middle`; a large one is `most of the picture`. */
export function placeInWords({
  box,
  isUnplaced,
  kind,
  points,
}: Pick<Marking, 'box' | 'isUnplaced' | 'kind' | 'points'>): string {
  if (isUnplaced === true) return 'somewhere in the picture';
  // An arrow is about what it points at.
  const head = kind === 'arrow' ? points.at(-1) : undefined;
  if (head === undefined && box.width * box.height > LARGE) return 'most of the picture';
  const [x, y] = head ?? [box.x + box.width / 2, box.y + box.height / 2];
  const across = third(x, ['left', 'middle', 'right']);
  const down = third(y, ['upper', 'middle', 'lower']);
  if (across === 'middle' && down === 'middle') return 'middle';
  if (across === 'middle') return `${down} middle`;
  return down === 'middle' ? `middle ${across}` : `${down} ${across}`;
}

function third(value: number, words: readonly [string, string, string]): string {
  return value < 0.36 ? words[0] : value > 0.64 ? words[2] : words[1];
}
