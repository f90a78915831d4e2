import { dueSet, readDue } from '../../../domain/task/due-set';
import { expectedOutputKey } from '../../../domain/task/expected-output';
import type { Annotation, ExpectedOutput, Task } from '../../../domain/task/task';
import { aRejectionNote, aShot, aTask, anExpectedOutput } from '../../support/facts';

const returned = (spec: string, changes: Partial<ExpectedOutput> = {}) =>
  anExpectedOutput(spec, { assetId: `asset-${spec}`, ...changes });
const taskOf = (...expectedOutputs: ExpectedOutput[]) => aTask({ shots: [aShot({ expectedOutputs })] });
const due = (task: Task, annotations: readonly Annotation[] = []) =>
  dueSet(task, annotations).map(({ expected }) => expected.specId);

describe('a first delivery', () => {
  it('owes everything', () => {
    expect(due(aTask())).toEqual(['spec-feed', 'spec-story']);
  });

  it('owes everything of every shot, in the task’s order', () => {
    const back = aShot({ shotId: 'shot-back', expectedOutputs: [anExpectedOutput('back', { shotId: 'shot-back' })] });
    expect(due(aTask({ shots: [back, aShot()] }))).toEqual(['spec-back', 'spec-feed', 'spec-story']);
  });

  it('is not made smaller by notes, since nothing was returned yet', () => {
    expect(due(aTask(), [aRejectionNote({ specId: 'spec-feed' })])).toEqual(['spec-feed', 'spec-story']);
  });
});

describe('a correction', () => {
  it('owes what the task marks rejected', () => {
    expect(due(taskOf(returned('feed', { isRejected: false }), returned('story', { isRejected: true })))).toEqual([
      'spec-story',
    ]);
  });

  const submission = { at: 0, assets: { [expectedOutputKey(returned('feed'))]: 'asset-feed' }, notesBefore: [] };

  it.each<[string, ExpectedOutput[], Annotation[], string[]]>([
    ['beside marks', [returned('feed', { isRejected: true }), anExpectedOutput('story')], [], ['feed', 'story']],
    [
      'beside notes',
      [returned('feed'), anExpectedOutput('story')],
      [aRejectionNote({ specId: 'spec-feed' })],
      ['feed', 'story'],
    ],
    [
      'but not what was submitted and shows no file any more',
      [anExpectedOutput('feed'), returned('story', { isRejected: true })],
      [],
      ['story'],
    ],
    [
      'but nothing where no files are shown at all',
      [anExpectedOutput('feed', { isRejected: true }), anExpectedOutput('story')],
      [],
      ['feed'],
    ],
  ])('owes what was added since the submission, too: %s', (_, outputs, notes, wanted) => {
    const reading = readDue(taskOf(...outputs), notes, { submission });
    expect(reading.outputs.map(({ expected }) => expected.specId)).toEqual(wanted.map((spec) => `spec-${spec}`));
    expect(reading.inferred).toEqual([]);
  });

  it('believes the marks before the notes', () => {
    const task = taskOf(returned('feed', { isRejected: true }), returned('story'));
    expect(due(task, [aRejectionNote({ specId: 'spec-story' })])).toEqual(['spec-feed']);
  });

  it.each<[string, Partial<Annotation>, string[]]>([
    ['asset', { assetId: 'asset-story', shotId: undefined }, ['spec-story']],
    ['shot and spec', { specId: 'spec-feed' }, ['spec-feed']],
    ['shot alone', {}, ['spec-feed', 'spec-story']],
    ['asset, even when the shot fits others as well', { assetId: 'asset-feed' }, ['spec-feed']],
  ])('without marks owes what rejection notes name by %s', (_case, note, wanted) => {
    expect(due(taskOf(returned('feed'), returned('story')), [aRejectionNote(note)])).toEqual(wanted);
  });

  it.each<[string, Partial<Annotation>, string[], string[]]>([
    ['in capitals: asset', { assetId: 'ASSET-STORY', shotId: undefined }, ['spec-story'], []],
    ['in capitals: shot and spec', { shotId: 'SHOT-FRONT', specId: 'SPEC-FEED' }, ['spec-feed'], []],
    ['by spec alone', { shotId: undefined, specId: 'spec-feed' }, ['spec-feed'], []],
    ['by a file that is shown no more, and its spec', { assetId: 'gone', specId: 'spec-feed' }, ['spec-feed'], []],
    ['by shot alone, which leaves open which', {}, ['spec-feed', 'spec-story'], ['spec-feed', 'spec-story']],
    ['by nothing but text', { shotId: undefined }, ['spec-feed', 'spec-story'], ['spec-feed', 'spec-story']],
    [
      'by a file that nobody knows',
      { shotId: undefined, assetId: 'x' },
      ['spec-feed', 'spec-story'],
      ['spec-feed', 'spec-story'],
    ],
  ])('without marks owes what notes name %s', (_how, note, wanted, inferred) => {
    const read = readDue(taskOf(returned('feed'), returned('story')), [aRejectionNote(note)]);
    expect(read.outputs.map(({ expected }) => expected.specId)).toEqual(wanted);
    expect(read.inferred).toEqual(inferred.map((spec) => `shot-front/${spec}/1`));
  });

  it.each<[string, Partial<Task>, boolean]>([
    ['its status', { status: 'rejected' }, false],
    ['an event', {}, true],
  ])('owes everything when only %s says that it was rejected', (_what, changes, isRejectionTold) => {
    const task = { ...taskOf(returned('feed'), returned('story')), ...changes };
    const { outputs, saidBy, inferred } = readDue(task, [], { isRejectionTold });
    expect([outputs.length, saidBy, inferred.length]).toEqual([2, 'nothing', 2]);
  });

  it('owes only what notes name that are newer than the last submission', () => {
    const submission = { at: 1_000_000, assets: {}, notesBefore: ['old'] };
    const notes = [
      aRejectionNote({ annotationId: 'OLD', specId: 'spec-feed' }),
      aRejectionNote({ annotationId: 'new', specId: 'spec-story' }),
    ];
    const { outputs } = readDue(taskOf(returned('feed'), returned('story')), notes, { submission });
    expect(outputs.map(({ expected }) => expected.specId)).toEqual(['spec-story']);
  });

  it.each<[string, Partial<Task>, object]>([
    ['where it is about a file of the submission', {}, { assetId: 'asset-story' }],
    ['where Creative Force’s clock is as far behind', { clockBehind: 600_000 }, {}],
  ])('owes what a note names that seems older than the submission, %s', (_what, changes, note) => {
    const submission = { at: 1_000_000_000, assets: { story: 'ASSET-STORY' }, notesBefore: [] };
    const task = { ...taskOf(returned('feed'), returned('story')), ...changes };
    const old = aRejectionNote({ createdAt: submission.at - 595_000, specId: 'spec-story', ...note });
    expect(readDue(task, [old], { submission }).saidBy).toBe('notes');
    expect(readDue({ ...task, clockBehind: undefined }, [{ ...old, assetId: undefined }], { submission }).saidBy).toBe(
      'first delivery',
    );
  });

  it('without marks distinguishes variants', () => {
    const task = taskOf(returned('feed', { variant: 1 }), returned('feed', { variant: 2 }));
    const owed = dueSet(task, [aRejectionNote({ specId: 'spec-feed', variant: 2 })]);
    expect(owed.map(({ expected }) => expected.variant)).toEqual([2]);
  });

  it('without marks owes everything when the notes name nothing that is known', () => {
    const note = aRejectionNote({ shotId: 'another-shot' });
    expect(due(taskOf(returned('feed'), returned('story')), [note])).toEqual(['spec-feed', 'spec-story']);
  });

  it('does not take an instruction for a rejection', () => {
    const note = aRejectionNote({ kind: 'instruction', specId: 'spec-feed' });
    expect(due(taskOf(returned('feed'), returned('story')), [note])).toEqual(['spec-feed', 'spec-story']);
  });
});
