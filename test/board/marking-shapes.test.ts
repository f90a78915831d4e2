import { markingShape } from '../../board/task/marking-shapes';
import type { Marking } from '../../domain/delivery/marking';

const size = { width: 600, height: 400 };
const box = { x: 0.5, y: 0.25, width: 0.25, height: 0.5 };

function marking(changes: Partial<Marking>): Marking {
  return { kind: 'rectangle', box, points: [], ...changes };
}

describe('a marking as it is drawn', () => {
  it.each<[string, Partial<Marking>, string]>([
    ['a rectangle', {}, 'M300 100H450V300H300Z'],
    ['an ellipse', { kind: 'ellipse' }, 'M300 200A75 100 0 1 0 450 200A75 100 0 1 0 300 200Z'],
    [
      'freehand as a line through its points',
      {
        kind: 'freehand',
        points: [
          [0, 0],
          [0.5, 0.5],
          [1, 0],
        ],
      },
      'M0 0L300 200L600 0',
    ],
    ['a point', { kind: 'point', points: [[0.5, 0.5]] }, 'M300 200h0.01'],
    ['a point without one in the middle of its box', { kind: 'point' }, 'M375 200h0.01'],
    ['an unknown kind as its box', { kind: 'other' }, 'M300 100H450V300H300Z'],
    ['an arrow without a head as its box', { kind: 'arrow', points: [[0.5, 0.5]] }, 'M300 100H450V300H300Z'],
    ['freehand of one point as its box', { kind: 'freehand', points: [[0.5, 0.5]] }, 'M300 100H450V300H300Z'],
  ])('draws %s', (_what, changes, path) => {
    expect(markingShape(marking(changes), 1, size)?.path).toBe(path);
  });

  it('draws an arrow with two barbs at its head', () => {
    const shape = markingShape(
      marking({
        kind: 'arrow',
        points: [
          [0, 0.5],
          [0.5, 0.5],
        ],
      }),
      1,
      size,
    );
    expect(shape?.path).toMatch(/^M0 200L300 200M281\.08 190\.89L300 200L281\.08 209\.11$/);
  });

  it('does not draw what lies nobody knows where', () => {
    expect(markingShape(marking({ isUnplaced: true }), 1, size)).toBeUndefined();
  });

  it.each([
    ['#00ff00', '#00ff00'],
    ['red; background: url(x)', undefined],
  ])('takes the colour %s as %s', (colour, shown) => {
    expect(markingShape(marking({ colour }), 1, size)?.colour).toBe(shown);
  });

  it('keeps its number inside the picture', () => {
    const corner = marking({ box: { x: 0, y: 0.99, width: 0.01, height: 0.01 } });
    expect(markingShape(corner, 7, size)?.pin).toEqual({ x: 11, y: 389 });
  });
});
