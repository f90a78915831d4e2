import type { ExpectedOutput, Task } from '../../../domain/task/task';
import { isSubmissionAccepted, readVerdict } from '../../../domain/delivery/verdict';
import { aShot, aTask, anExpectedOutput } from '../../support/facts';

const taskOf = (expectedOutputs: ExpectedOutput[], changes: Partial<Task> = {}) =>
  aTask({ shots: [aShot({ expectedOutputs })], ...changes });

describe('the verdict on a submission', () => {
  it('is done when the step is done', () => {
    expect(readVerdict(aTask({ status: 'done' }))).toEqual({ kind: 'done' });
  });

  it.each(['to do', 'in progress', 'open'] as const)('is awaited while the step is %s', (status) => {
    expect(readVerdict(aTask({ status }))).toEqual({ kind: 'waiting' });
  });

  it('is a rejection that names what was rejected', () => {
    const outputs = [anExpectedOutput('feed'), anExpectedOutput('story', { isRejected: true, variantName: 'Red' })];
    expect(readVerdict(taskOf(outputs))).toEqual({ kind: 'rejected', rejected: ['Front, Red'] });
  });

  it('is a rejection also when the step looks done', () => {
    const outputs = [anExpectedOutput('feed', { isRejected: true })];
    expect(readVerdict(taskOf(outputs, { status: 'done' })).kind).toBe('rejected');
  });
});

describe('whether a submission was taken', () => {
  const feed = anExpectedOutput('feed');
  const story = anExpectedOutput('story');
  const submitted = [
    { ...feed, assetId: 'asset-feed' },
    { ...story, assetId: 'asset-story' },
  ];

  it('shows in a done task', () => {
    expect(isSubmissionAccepted(aTask({ status: 'done' }), submitted)).toBe(true);
  });

  it('shows in a task that has all our assets', () => {
    const task = taskOf([
      { ...feed, assetId: 'asset-feed' },
      { ...story, assetId: 'asset-story' },
    ]);
    expect(isSubmissionAccepted(task, submitted)).toBe(true);
  });

  it('is not so while one asset is missing', () => {
    expect(isSubmissionAccepted(taskOf([{ ...feed, assetId: 'asset-feed' }, story]), submitted)).toBe(false);
  });

  it('is not so when the task has the assets of an earlier round', () => {
    const task = taskOf([
      { ...feed, assetId: 'older' },
      { ...story, assetId: 'older' },
    ]);
    expect(isSubmissionAccepted(task, submitted)).toBe(false);
  });

  it('looks only at what was submitted', () => {
    const task = taskOf([
      { ...feed, assetId: 'older' },
      { ...story, assetId: 'asset-story' },
    ]);
    expect(isSubmissionAccepted(task, submitted.slice(1))).toBe(true);
  });

  it('is not so when nothing was submitted', () => {
    expect(isSubmissionAccepted(aTask(), [])).toBe(false);
  });
});
