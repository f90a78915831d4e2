import type { Annotation, Task } from '../day/model';
import { formOf, pickBy } from '../day/task-form';
import type { MarkingForm } from './options';

interface Drawn {
  readonly type: string;
  /** Fractions of the picture: two corners, a line, or one point. */
  readonly points: readonly (readonly [number, number])[];
  readonly comment?: string;
}

/** Every rejection has a rectangle, and with it one of these; one that nobody corrects has them all. */
const others: readonly Drawn[] = [
  {
    type: 'ellipse',
    points: [
      [0.55, 0.6],
      [0.85, 0.82],
    ],
    comment: 'Too dark here.',
  },
  {
    type: 'arrow',
    points: [
      [0.9, 0.1],
      [0.64, 0.3],
    ],
    comment: 'The edge is cut.',
  },
  {
    type: 'freehand',
    points: [
      [0.1, 0.7],
      [0.16, 0.66],
      [0.23, 0.71],
      [0.3, 0.65],
      [0.38, 0.7],
    ],
  },
  { type: 'point', points: [[0.5, 0.88]], comment: 'A speck of dust.' },
  {
    type: 'cloud',
    points: [
      [0.66, 0.08],
      [0.94, 0.26],
    ],
    comment: 'Another sky, please.',
  },
];

const rectangle: Drawn = {
  type: 'rectangle',
  points: [
    [0.18, 0.2],
    [0.62, 0.55],
  ],
};

/** The size in pixels of the picture on which reviewers draw. */
const CANVAS = 800;

/** What a reviewer has drawn with a rejection note, in the form that the task takes; nothing on other notes. */
export function markingsJson(
  task: Task,
  { kind, annotationId }: Annotation,
  forms: readonly MarkingForm[],
): readonly unknown[] {
  if (kind !== 'rejection') return [];
  const form = formOf(task, 'markings', forms);
  // Nobody corrects this one, so it stays to be looked at.
  const drawings = task.event === 'uncorrected rejection' ? others : [pickBy(annotationId, others)];
  return [rectangle, ...drawings].map((drawn) => ({ ...inForm(drawn, form), colour: '#ff2d2d' }));
}

function inForm({ type, points, comment }: Drawn, form: MarkingForm): Record<string, unknown> {
  const said = { type, ...(comment !== undefined && { comment }) };
  switch (form) {
    case 'fractions':
      return { ...said, points: points.map(([x, y]) => ({ x, y })) };
    case 'percent':
      return { ...said, points: points.map(([x, y]) => ({ x: `${100 * x}%`, y: `${100 * y}%` })) };
    case 'pixels':
      return {
        ...said,
        canvas: { width: CANVAS, height: CANVAS },
        points: points.map(([x, y]) => [Math.round(x * CANVAS), Math.round(y * CANVAS)]),
      };
    case 'boxes': {
      const [left, top] = [Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))];
      const [right, bottom] = [Math.max(...points.map(([x]) => x)), Math.max(...points.map(([, y]) => y))];
      return { ...said, x: left, y: top, width: right - left, height: bottom - top };
    }
    case 'svg': {
      const path = points.map(([x, y]) => `${x * CANVAS} ${y * CANVAS}`).join(' L ');
      return { ...said, svg: `<svg viewBox="0 0 ${CANVAS} ${CANVAS}"><path d="M ${path}"/></svg>` };
    }
  }
}
