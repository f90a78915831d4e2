import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import { aroundActivities } from '../metrics/activity-failures';

/** One attempt of an activity that runs in this process. */
export interface RunningActivity {
  readonly activity: string;
  readonly workflowId: string | undefined;
  readonly attempt: number;
}

/** The activities of this process, so that a worker that stops can tell what it interrupted. */
export interface RunningWork {
  readonly interceptor: ActivityInterceptorsFactory;
  readonly running: () => readonly RunningActivity[];
  /** Those that the stop of the worker has ended before they were done. */
  readonly interrupted: () => readonly RunningActivity[];
}

export function trackRunningWork(): RunningWork {
  const running = new Set<RunningActivity>();
  const interrupted: RunningActivity[] = [];
  return {
    interceptor: aroundActivities(async ({ activityType: activity, workflowExecution, attempt }, run) => {
      const one = { activity, workflowId: workflowExecution?.workflowId, attempt };
      running.add(one);
      try {
        return await run();
      } catch (error) {
        if (error instanceof CancelledFailure && error.message === 'WORKER_SHUTDOWN') interrupted.push(one);
        throw error;
      } finally {
        running.delete(one);
      }
    }),
    running: () => [...running],
    interrupted: () => interrupted,
  };
}
