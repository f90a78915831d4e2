import { ActivityFailure, TimeoutFailure, type TimeoutType } from '@temporalio/common';

import { workerLostFailure } from '../../workers/crash-recovery/report-lost-activities';
import { isWorkerGone } from '../../workflows/external-post-task/steps/activity-failure';

function failed(cause: Error): ActivityFailure {
  return new ActivityFailure('Activity task failed', 'startTask', '1', 'MAXIMUM_ATTEMPTS_REACHED', 'worker', cause);
}

function timedOut(type: TimeoutType): TimeoutFailure {
  return new TimeoutFailure('activity timeout', undefined, type);
}

describe('the worker of a failed activity', () => {
  // On a busy machine the process after a killed one comes too late to report it, and the heartbeats are missed first.
  it.each([
    ['is gone', 'the next worker reports it', workerLostFailure('startTask')],
    ['is gone', 'its heartbeats are missed', timedOut('HEARTBEAT')],
    ['is alive', 'it takes too long', timedOut('START_TO_CLOSE')],
    ['is alive', 'nobody takes it', timedOut('SCHEDULE_TO_START')],
  ])('%s when %s', (state, _when, cause) => {
    expect(isWorkerGone(failed(cause)) ? 'is gone' : 'is alive').toBe(state);
  });
});
