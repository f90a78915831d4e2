import { WHOLE_PICTURE, type DrawnMarking } from '../../../domain/delivery/marking';
import {
  rejectionNotes,
  rejectionWords,
  withRejection,
  type RejectionNote,
} from '../../../domain/task/rejection-notes';
import { anExpectedOutput, aRejectionNote, aShot, aTask, someFacts } from '../../support/facts';

describe('rejection notes', () => {
  it('stand under the file, the position or the task that they name, each once', () => {
    const notes = [
      aRejectionNote({ annotationId: '1', comment: 'All wrong.', shotId: undefined }),
      aRejectionNote({ annotationId: '2', comment: 'Too dark.' }),
      aRejectionNote({ annotationId: '3', comment: 'Logo cut.', specId: 'spec-story' }),
      aRejectionNote({ annotationId: '4', comment: 'Use the red one.', kind: 'instruction' }),
    ];
    expect(rejectionNotes(someFacts(), notes)).toEqual([
      { where: 'Front, Story', expectedKey: 'shot-front/spec-story/1', text: 'Logo cut.' },
      { where: 'Front', possibleKeys: ['shot-front/spec-feed/1', 'shot-front/spec-story/1'], text: 'Too dark.' },
      { where: 'The task', text: 'All wrong.' },
    ]);
  });

  it.each([
    [
      'are about its only rejected output',
      ['story'],
      { where: 'Front, Story', expectedKey: 'shot-front/spec-story/1' },
    ],
    [
      'can be about each rejected output of it',
      ['feed', 'story'],
      { where: 'Front', possibleKeys: ['shot-front/spec-feed/1', 'shot-front/spec-story/1'] },
    ],
  ])('that name a position only %s', (_what, rejected, place) => {
    const expectedOutputs = ['feed', 'story', 'banner'].map((spec) =>
      anExpectedOutput(spec, { isRejected: rejected.includes(spec) }),
    );
    const facts = someFacts({ task: aTask({ shots: [aShot({ expectedOutputs })] }) });
    expect(rejectionNotes(facts, [aRejectionNote()])).toEqual([{ ...place, text: 'The logo is cut.' }]);
  });

  const pixels: DrawnMarking = {
    kind: 'rectangle',
    isInPixels: true,
    outline: [
      [540, 0],
      [648, 108],
    ],
  };
  const note = aRejectionNote({ annotationId: '1', specId: 'spec-feed', comment: 'Too dark.', markings: [pixels] });

  it('have markings as fractions of the size that the spec asks for', () => {
    const [placed] = rejectionNotes(someFacts(), [note]);
    expect(placed?.markings).toEqual([
      { kind: 'rectangle', box: { x: 0.5, y: 0, width: 0.1, height: 0.1 }, points: [] },
    ]);
  });

  it.each([
    ['have', 2160, { box: { x: 0.25, y: 0, width: 0.05, height: 0.05 } }],
    ['have not', 1080, { isUnplaced: true }],
  ])('that can be about several outputs %s a place by pixels where all have a common size', (_, height, marking) => {
    const sizes = new Map([
      ['shot-front/spec-feed/1', { width: 2160, height: 2160 }],
      ['shot-front/spec-story/1', { width: 2160, height }],
    ]);
    const expectedOutputs = ['feed', 'story'].map((spec) => anExpectedOutput(spec));
    const facts = someFacts({ task: aTask({ shots: [aShot({ expectedOutputs })] }) });
    const [placed] = rejectionNotes(facts, [aRejectionNote({ markings: [pixels] })], sizes);
    expect([placed?.where, placed?.markings]).toMatchObject(['Front', [marking]]);
  });

  it('have markings as fractions of the delivered picture where its size is known', () => {
    const sizes = new Map([['shot-front/spec-feed/1', { width: 2160, height: 2160 }]]);
    const [placed] = rejectionNotes(someFacts(), [note], sizes);
    expect(placed?.markings).toMatchObject([{ box: { x: 0.25, y: 0, width: 0.05, height: 0.05 } }]);
  });

  it('count without a comment when something is marked', () => {
    const silent = { ...note, comment: undefined };
    expect(rejectionNotes(someFacts(), [silent])).toMatchObject([{ where: 'Front, Feed', text: '' }]);
  });

  it('are kept with no more markings than a state can hold, and say how many are left out', () => {
    const many = { ...note, markings: Array.from({ length: 130 }, () => pixels) };
    const [bounded] = rejectionNotes(someFacts(), [many]);
    expect([bounded?.markings?.length, bounded?.markingsLeftOut]).toEqual([100, 30]);
  });
});

describe('a rejection in words', () => {
  const where = 'Front, Feed 1:1';
  const marking = { kind: 'rectangle', box: { x: 0.7, y: 0.1, width: 0.2, height: 0.2 }, points: [] } as const;

  it.each<[string, Partial<RejectionNote>, string[]]>([
    ['a note', {}, ['Front, Feed 1:1: too dark']],
    ['a marking', { markings: [marking] }, ['Front, Feed 1:1, upper right: too dark']],
    [
      'markings with texts of their own',
      { markings: [{ ...marking, text: 'Dust.' }] },
      ['Front, Feed 1:1: too dark', 'Front, Feed 1:1, upper right: Dust.'],
    ],
    [
      'an arrow, by what it points at',
      { markings: [{ kind: 'arrow', box: WHOLE_PICTURE, points: [[1, 1], [0.1, 0.9]] }] }, // prettier-ignore
      ['Front, Feed 1:1, lower left: too dark'],
    ],
    ['a marking alone', { text: '', markings: [marking] }, ['Front, Feed 1:1, upper right: marked, without a text']],
    [
      'a marking without a place',
      { markings: [{ ...marking, isUnplaced: true }] },
      ['Front, Feed 1:1, somewhere in the picture: too dark'],
    ],
    [
      'more markings than are kept',
      { markings: [marking], markingsLeftOut: 2 },
      ['Front, Feed 1:1, upper right: too dark', 'Front, Feed 1:1: 2 more markings in Creative Force'],
    ],
  ])('says %s', (_, changes, words) => {
    expect(rejectionWords({ where, text: 'too dark', ...changes })).toEqual(words);
  });

  it.each([
    [0.1, 0.1, 'upper left'],
    [0.5, 0.5, 'middle'],
    [0.5, 0.9, 'lower middle'],
    [0.1, 0.5, 'middle left'],
    [0.9, 0.9, 'lower right'],
  ])('says where %d, %d is: %s', (x, y, place) => {
    const points = [[x, y]] as const;
    const point = { kind: 'point', box: { x, y, width: 0, height: 0 }, points } as const;
    expect(rejectionWords({ where, text: 'dust', markings: [point] })).toEqual([`${where}, ${place}: dust`]);
  });
});

describe('the rejections of a task', () => {
  it('are the last ones, each round once', () => {
    const rounds = [0, 1, 1, 2, 3, 4, 5, 6, 7, 8].map((round, at) => ({ round, at, notes: [] }));
    const kept = rounds.reduce<ReturnType<typeof withRejection>>(withRejection, []);
    expect(kept.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(kept[0]?.at).toBe(1);
  });
});
