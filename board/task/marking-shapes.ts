import type { Marking, PictureSize, Point } from '../../domain/delivery/marking';

/** In units of the picture's width. */
const ARROW_HEAD = 0.035;
const SPREAD = Math.PI / 7;
/** Radius of the number's disc, in pixels of the picture. */
const PIN_RADIUS = 11;
const COLOUR = /^#[0-9a-f]{6}$/;

/** How a marking is drawn (the path of an SVG, and where its number stands) on a picture of this size; nothing for one of which it is not known where it lies. */
export function markingShape(marking: Marking, number: number, size: PictureSize) {
  if (marking.isUnplaced === true) return undefined;
  const { kind, box, colour } = marking;
  const inside = (value: number, most: number): number => Math.min(Math.max(value, PIN_RADIUS), most - PIN_RADIUS);
  return {
    number,
    path: pathOf(marking, size),
    /** `point` and `unknown` are drawn in a way of their own. */
    kind,
    colour: colour !== undefined && COLOUR.test(colour) ? colour : undefined,
    pin: { x: round(inside(box.x * size.width, size.width)), y: round(inside(box.y * size.height, size.height)) },
  };
}

function pathOf({ kind, box, points }: Marking, { width, height }: PictureSize): string {
  const at = ([x, y]: Point): [number, number] => [round(x * width), round(y * height)];
  const [left, top] = at([box.x, box.y]);
  const [right, bottom] = at([box.x + box.width, box.y + box.height]);
  switch (kind) {
    case 'ellipse': {
      const [rx, ry, middle] = [round((right - left) / 2), round((bottom - top) / 2), round((top + bottom) / 2)];
      return `M${left} ${middle}A${rx} ${ry} 0 1 0 ${right} ${middle}A${rx} ${ry} 0 1 0 ${left} ${middle}Z`;
    }
    case 'arrow': {
      const [tail, head] = [points[0], points.at(-1)];
      if (tail === undefined || head === undefined || points.length < 2) break;
      return arrow(at(tail), at(head), ARROW_HEAD * width);
    }
    case 'freehand':
      if (points.length < 2) break;
      return `M${points.map((point) => at(point).join(' ')).join('L')}`;
    case 'point':
      return `M${at(points[0] ?? [box.x + box.width / 2, box.y + box.height / 2]).join(' ')}h0.01`;
    case 'rectangle':
    case 'other':
      break;
  }
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}

function arrow([x1, y1]: [number, number], [x2, y2]: [number, number], size: number): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const barb = (turn: number): string =>
    `${round(x2 - size * Math.cos(angle + turn))} ${round(y2 - size * Math.sin(angle + turn))}`;
  return `M${x1} ${y1}L${x2} ${y2}M${barb(SPREAD)}L${x2} ${y2}L${barb(-SPREAD)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
