import type { ExpectedOutput, Task } from '../../../domain/task/task';
import { isSubmissionAccepted } from '../../../domain/delivery/verdict';
import { aShot, aTask, anExpectedOutput } from '../../support/facts';

const taskOf = (expectedOutputs: ExpectedOutput[], changes: Partial<Task> = {}) =>
  aTask({ shots: [aShot({ expectedOutputs })], ...changes });

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
