import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import type { Traces } from '../../temporal';
import { outcomeOf } from './activity-failures';

/** Records a span for each attempt of an activity. */
export function traceActivities({ begin }: Pick<Traces, 'begin'>): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const { activityType, workflowExecution, attempt, taskQueue, isLocal } = info;
        const end = begin(activityType, workflowExecution?.workflowId ?? activityType, {
          'temporal.run.id': workflowExecution?.runId ?? '',
          'temporal.activity.attempt': attempt,
          'temporal.task_queue': taskQueue,
          'temporal.activity.local': String(isLocal),
        });
        try {
          const result = await next(input);
          end({ result: 'completed' });
          return result;
        } catch (error) {
          end(outcomeOf(error));
          throw error;
        }
      },
    },
  });
}
