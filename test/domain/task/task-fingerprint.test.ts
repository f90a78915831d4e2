import { taskFingerprint } from '../../../domain/task/task-fingerprint';
import { anExpectedOutput, aShot, aTask } from '../../support/facts';

const before = taskFingerprint(aTask());

describe('the fingerprint of a task', () => {
  it('does not change by our own start', () => {
    expect(taskFingerprint(aTask({ status: 'in progress', statusText: 'In Progress' }))).toBe(before);
  });

  it.each([
    ['it is done', aTask({ status: 'done' })],
    ['it has a status that we do not know', aTask({ status: 'open', statusText: 'Bypassed' })],
    ['it goes to another vendor', aTask({ vendorId: 'somebody else' })],
    [
      'something was returned',
      aTask({ shots: [aShot({ expectedOutputs: [anExpectedOutput('feed', { assetId: 'a' })] })] }),
    ],
    ['another file is wanted', aTask({ shots: [aShot({ expectedOutputs: [anExpectedOutput('banner')] })] })],
  ])('changes when %s', (_change, task) => {
    expect(taskFingerprint(task)).not.toBe(before);
  });

  it('changes with the deadline, so that a waiting task follows one that the studio moves', () => {
    expect(taskFingerprint(aTask({ deadline: 1_900_000_000_000 }))).not.toBe(before);
  });
});
