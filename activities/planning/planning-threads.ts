import path from 'node:path';

import { createTimedThreads, type TimedThreadsOptions } from '../../clients';
import type { Planner, PlanningJob } from './planning-work';

/**
 * Plans and matches in threads that can be stopped, so that a text which makes too much work harms its own task only. A studio has one thread
 * at a time. Rejects with TooMuchWorkError when a thread had to be stopped.
 */
export function createPlanningThreads(options: Partial<TimedThreadsOptions> = {}): {
  readonly planner: Planner;
  readonly close: () => Promise<void>;
} {
  const threads = createTimedThreads({ program: path.join(__dirname, 'planning-thread.js'), ...options });
  return {
    planner: async (studio, name, input, signal) => {
      const job: PlanningJob = { name, input };
      return (await threads.run(studio, job, signal)) as never;
    },
    close: () => threads.close(),
  };
}
