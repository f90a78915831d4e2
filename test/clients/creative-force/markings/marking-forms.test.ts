import { annotationRowSchema, toAnnotations } from '../../../../clients/creative-force/wire/annotations';
import { placeMarking, type DrawnMarking, type Marking } from '../../../../domain/delivery/marking';

/** What the notes of an answer say; a picture of 1000 × 500 pixels is marked. */
function notesOf(...rows: readonly object[]) {
  return toAnnotations(rows.flatMap((row) => annotationRowSchema.parse(row)));
}

function placed(note: { readonly markings?: readonly DrawnMarking[] | undefined } | undefined): Marking[] {
  return (note?.markings ?? []).map((marking) => placeMarking(marking, { width: 1000, height: 500 }));
}

function marked(...markings: readonly unknown[]): Marking[] {
  return placed(notesOf({ annotationId: 'a', markings })[0]);
}

const box = { x: 0.1, y: 0.2, width: 0.4, height: 0.4 };

describe('A rectangle', () => {
  it.each<[string, object]>([
    ['two corners', { points: [{ x: 0.1, y: 0.2 }, { x: 0.5, y: 0.6 }] }], // prettier-ignore
    ['four corners', { points: [[0.1, 0.2], [0.5, 0.2], [0.5, 0.6], [0.1, 0.6]] }], // prettier-ignore
    ['a flat list of corners', { points: [0.1, 0.2, 0.5, 0.6] }],
    ['text of corners', { points: '0.1,0.2 0.5,0.6' }],
    ['x, y, width and height', { x: 0.1, y: 0.2, width: 0.4, height: 0.4 }],
    ['numbers as text', { x: '0.1', y: '0.2', width: '0.4', height: '0.4' }],
    ['x, y, w and h', { x: 0.1, y: 0.2, w: 0.4, h: 0.4 }],
    ['left, top, width and height', { left: 0.1, top: 0.2, width: 0.4, height: 0.4 }],
    ['its four edges', { left: 0.1, top: 0.2, right: 0.5, bottom: 0.6 }],
    ['x1 to y2', { x1: 0.1, y1: 0.2, x2: 0.5, y2: 0.6 }],
    ['its start and its end', { start: { x: 0.1, y: 0.2 }, end: { x: 0.5, y: 0.6 } }],
    ['a box of numbers', { bbox: [0.1, 0.2, 0.4, 0.4] }],
    ['a box as an object', { boundingBox: { x: 0.1, y: 0.2, width: 0.4, height: 0.4 } }],
    ['a geometry', { geometry: { x: 0.1, y: 0.2, width: 0.4, height: 0.4 } }],
    ['a place and a size', { position: { x: 0.1, y: 0.2 }, size: { width: 0.4, height: 0.4 } }],
    ['percent', { x: 10, y: 20, width: 40, height: 40, unit: 'percent' }],
    ['percent with their sign', { left: '10%', top: '20%', width: '40%', height: '40%' }],
    ['percent by the names', { xPercent: 10, yPercent: 20, widthPercent: 40, heightPercent: 40 }],
    ['percent that nothing names', { x: 10, y: 20, width: 40, height: 40 }],
    ['pixels of a size that the picture has', { x: 100, y: 100, width: 400, height: 200 }],
    ['pixels of a size that it tells', { x: 20, y: 20, width: 80, height: 40, imageWidth: 200, imageHeight: 100 }],
    ['pixels of a canvas', { x: 20, y: 20, width: 80, height: 40, canvas: { width: 200, height: 100 } }],
    ['pixels with their sign', { left: '100px', top: '100px', width: '400px', height: '200px' }],
    ['a rectangle that was scaled', { left: 0.1, top: 0.2, width: 0.2, height: 0.1, scaleX: 2, scaleY: 4 }],
    ['GeoJSON', { geometry: { type: 'Polygon', coordinates: [[[0.1, 0.2], [0.5, 0.2], [0.5, 0.6], [0.1, 0.2]]] } }], // prettier-ignore
    ['a media fragment', { target: { selector: { type: 'FragmentSelector', value: 'xywh=percent:10,20,40,40' } } }],
    ['an SVG', { svg: '<svg viewBox="0 0 10 10"><rect x="1" y="2" width="4" height="4"/></svg>' }],
    ['a path', { d: 'M 0.1 0.2 H 0.5 V 0.6 h -0.4 z' }],
  ])('is understood as %s', (_, form) => {
    expect(marked({ type: 'rectangle', ...form })).toEqual([{ kind: 'rectangle', box, points: [] }]);
  });

  it.each(['rect', 'Rectangle', 'BOX', 'square', 'highlight'])('is also called %s', (type) => {
    expect(marked({ type, x: 0.1, y: 0.2, width: 0.4, height: 0.4 })).toMatchObject([{ kind: 'rectangle', box }]);
  });

  it('is what a box without a kind is', () => {
    expect(marked({ x: 0.1, y: 0.2, width: 0.4, height: 0.4 }, [0.1, 0.2, 0.4, 0.4])).toMatchObject([
      { kind: 'rectangle', box },
      { kind: 'rectangle', box },
    ]);
  });
});

describe('An ellipse', () => {
  it.each<[string, object]>([
    ['its centre and radii', { cx: 0.3, cy: 0.4, rx: 0.2, ry: 0.2 }],
    ['a circle', { type: 'circle', x: 0.3, y: 0.4, radius: 0.2 }],
    ['a circle by its corner', { type: 'circle', left: 0.1, top: 0.2, radius: 0.2 }],
    ['Konva’s attributes', { className: 'Ellipse', attrs: { x: 0.3, y: 0.4, radiusX: 0.2, radiusY: 0.2 } }],
    ['its box', { x: 0.1, y: 0.2, width: 0.4, height: 0.4 }],
  ])('is understood as %s', (_, form) => {
    expect(marked({ type: 'ellipse', ...form })).toEqual([{ kind: 'ellipse', box, points: [] }]);
  });
});

describe('An arrow', () => {
  const points = [
    [0.1, 0.2],
    [0.5, 0.6],
  ];
  it.each<[string, object]>([
    ['two points', { points: [{ x: 0.1, y: 0.2 }, { x: 0.5, y: 0.6 }] }], // prettier-ignore
    ['its ends', { from: { x: 0.1, y: 0.2 }, to: { x: 0.5, y: 0.6 } }],
    ['the coordinates of its ends', { startX: 0.1, startY: 0.2, endX: 0.5, endY: 0.6 }],
    ['a box, from its corner', { x: 0.1, y: 0.2, width: 0.4, height: 0.4 }],
    ['a line of many points', { points: [0.1, 0.2, 0.3, 0.3, 0.5, 0.6] }],
  ])('keeps its tail and its head as %s', (_, form) => {
    expect(marked({ type: 'arrow', ...form })).toEqual([{ kind: 'arrow', box, points }]);
  });
});

describe('A freehand line', () => {
  const points = [
    [0.1, 0.2],
    [0.3, 0.6],
    [0.5, 0.4],
  ];
  it.each<[string, object]>([
    ['points', { points: [{ x: 0.1, y: 0.2 }, { x: 0.3, y: 0.6 }, { x: 0.5, y: 0.4 }] }], // prettier-ignore
    ['strokes', { strokes: [[[0.1, 0.2], [0.3, 0.6]], [[0.5, 0.4]]] }], // prettier-ignore
    ['a path', { path: 'M0.1,0.2L0.3,0.6L0.5,0.4' }],
    ['the commands of a path', { path: [['M', 0.1, 0.2], ['L', 0.3, 0.6], ['L', 0.5, 0.4]] }], // prettier-ignore
    ['Konva’s line', { className: 'Line', attrs: { x: 0.1, y: 0.2, points: [0, 0, 0.2, 0.4, 0.4, 0.2] } }],
    ['a polyline of an SVG', { svg: '<svg viewBox="0 0 10 10"><polyline points="1,2 3,6 5,4"/></svg>' }],
  ])('keeps its line as %s', (_, form) => {
    expect(marked({ type: 'freehand', ...form })).toEqual([{ kind: 'freehand', box, points }]);
  });

  it('is thinned when it has very many points, and keeps its ends', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => [at / 5_000, 0.5]);
    const [line] = marked({ type: 'pen', points: many });
    expect(line?.points).toHaveLength(40);
    expect(line?.points[0]).toEqual([0, 0.5]);
  });
});

describe('Other markings', () => {
  it('are points', () => {
    expect(marked({ type: 'pin', x: 0.5, y: 0.25 }, { left: 0.5, top: 0.25 })).toMatchObject([
      { kind: 'point', points: [[0.5, 0.25]] },
      { kind: 'point', points: [[0.5, 0.25]] },
    ]);
  });

  it('of an unknown kind are their box', () => {
    expect(marked({ type: 'cloud', points: [[0.1, 0.2], [0.5, 0.6]] })).toEqual([{ kind: 'other', box, points: [] }]); // prettier-ignore
  });

  it.each([[{ type: 'rectangle' }], [{ type: 'rectangle', points: 'somewhere' }], [{ type: 'rectangle', x: 'left' }]])(
    'whose place cannot be read say so: %j',
    (marking) => {
      expect(marked(marking)).toMatchObject([{ kind: 'rectangle', isUnplaced: true }]);
    },
  );

  it('in pixels of a picture of unknown size have no place', () => {
    const [note] = notesOf({ annotationId: 'a', markings: [{ x: 300, y: 200, width: 50, height: 50 }] });
    expect(note?.markings?.map((marking) => placeMarking(marking, undefined))).toMatchObject([{ isUnplaced: true }]);
  });

  it('keep their text, author, time and colour', () => {
    const said = {
      text: 'Too dark.',
      createdBy: { name: 'Ada' },
      createdAt: '2026-01-01T00:00:00Z',
      color: 'RGB(255, 45, 45)',
    };
    expect(marked({ x: 0.5, y: 0.5, ...said })).toMatchObject([
      { text: 'Too dark.', author: 'Ada', at: 1767225600000, colour: '#ff2d2d' },
    ]);
  });

  it('that reach beyond the picture end at its edge', () => {
    expect(marked({ x: 0.8, y: -0.2, width: 0.4, height: 0.4, unit: 'fraction' })).toMatchObject([
      { box: { x: 0.8, y: 0, width: 0.2, height: 0.2 } },
    ]);
  });
});

describe('An answer', () => {
  it('speaks one language: small pixels are none of percent where others are great', () => {
    const [small] = marked({ x: 100, y: 50, width: 50, height: 50 }, { x: 900, y: 400, width: 50, height: 50 });
    expect(small?.box).toEqual({ x: 0.1, y: 0.1, width: 0.05, height: 0.1 });
  });

  const marking = { x: 0.1, y: 0.2, width: 0.4, height: 0.4 };
  it.each<[string, object]>([
    ['markings', { markings: [marking] }],
    ['marks', { marks: [marking] }],
    ['one marking', { marking }],
    ['text of JSON', { markings: JSON.stringify([marking]) }],
    ['a drawing with objects', { drawing: { version: '5.3', objects: [marking] } }],
    [
      'a GeoJSON collection',
      { markings: { type: 'FeatureCollection', features: [{ type: 'Feature', id: 1, geometry: marking }] } },
    ],
    ['an SVG', { svg: '<svg viewBox="0 0 1 1"><rect x="0.1" y="0.2" width="0.4" height="0.4"/></svg>' }],
    ['the note itself', marking],
  ])('has markings as %s', (_, form) => {
    const [note] = notesOf({ annotationId: 'a', ...form });
    expect(placed(note)).toMatchObject([{ kind: 'rectangle', box }]);
  });

  it.each<[string, object]>([
    ['by asset', { assetId: 'x', annotations: [{ annotationId: 'a', markings: [marking] }] }],
    ['by revision', { assetId: 'x', revisions: [{ revision: 2, annotations: [{ annotationId: 'a', markings: [marking] }] }] }], // prettier-ignore
    ['by asset, as notes', { assetId: 'x', kind: 'rejection', notes: [{ noteId: 'a', marks: [marking] }] }],
  ])('has notes %s', (_, row) => {
    const [note, ...others] = notesOf(row);
    expect([note, others]).toMatchObject([{ annotationId: 'a', assetId: 'x' }, []]);
    expect(placed(note)).toMatchObject([{ box }]);
  });

  it('has a note once that stands in two revisions', () => {
    const annotations = [{ annotationId: 'a', markings: [marking] }];
    expect(notesOf({ revisions: [{ revision: 1, annotations }, { revision: 2, annotations }] })).toHaveLength(1); // prettier-ignore
  });

  it('is bounded, however many markings it has', () => {
    const markings = Array.from({ length: 150 }, () => marking);
    const notes = notesOf(...Array.from({ length: 10 }, (_, at) => ({ annotationId: String(at), markings })));
    expect(notes.map((note) => note.markings?.length ?? 0)).toEqual([100, 100, 100, 100, 100, 0, 0, 0, 0, 0]);
  });

  it('takes the texts of a thread as its comment', () => {
    const notes = notesOf({ annotationId: 'a', comments: [{ text: 'Too dark.' }, { message: 'And cut.' }] });
    expect(notes[0]?.comment).toBe('Too dark.\nAnd cut.');
  });
});
