import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';

import { toStepFailure } from '../../workflows/external-post-task/steps/step';

const task = 'GET /extpost/tasks/{taskId}';

/** An activity that failed because Creative Force answered so. */
function refused(activity: string, endpoint: string, status: number): ActivityFailure {
  const details = { system: 'Creative Force', endpoint, status };
  const cause = ApplicationFailure.nonRetryable('Not found.', 'Refused', details);
  return new ActivityFailure('Activity failed', activity, '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);
}

describe('a task that was read before', () => {
  it.each<[string, string, string, number]>([
    ['gone', 'readTaskAndNotes', task, 404],
    ['gone', 'readTask', task, 400],
    ['gone', 'awaitVerdict', task, 410],
    // Its notes may be refused although the task is there.
    ['needsAttention', 'readTaskAndNotes', `${task}/annotation`, 400],
    ['needsAttention', 'awaitVerdict', `${task}/annotation`, 400],
    ['needsAttention', 'readTask', task, 403],
    ['needsAttention', 'submitAssets', `${task}/submit-assets`, 400],
  ])('is %s after %s: %s answered %d', (kind, activity, endpoint, status) => {
    expect(toStepFailure(refused(activity, endpoint, status), true).kind).toBe(kind);
  });

  it('is unknown rather than gone when it was never read', () => {
    expect(toStepFailure(refused('readTaskAndNotes', task, 404), false).kind).toBe('unknownTask');
  });
});
