import { dueSet } from '../../../domain/task/due-set';
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
