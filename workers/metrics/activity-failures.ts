import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import type { Traces } from '../../temporal';
import type { WorkerMetrics } from './worker-metrics';

/** Counts failed attempts, without cancellations and benign failures, which are polls that go on. */
export function countFailures(metrics: Pick<WorkerMetrics, 'activityFailed'>): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      execute: async (input, next) => {
        try {
          return await next(input);
        } catch (error) {
          const outcome = outcomeOf(error);
          if (outcome.result === 'failed') metrics.activityFailed(context.info.activityType, outcome.errorType);
          throw error;
        }
      },
    },
  });
}

type Outcome = { readonly result: 'again' | 'cancelled' } | { readonly result: 'failed'; readonly errorType: string };

/** What an error means that ends an attempt of an activity. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof CancelledFailure) return { result: 'cancelled' };
  if (error instanceof CompleteAsyncError) return { result: 'again' };
  if (!(error instanceof ApplicationFailure))
    return { result: 'failed', errorType: error instanceof Error ? error.constructor.name : 'unknown' };
  if (error.category === ApplicationFailureCategory.BENIGN) return { result: 'again' };
  return { result: 'failed', errorType: error.type ?? 'unknown' };
}

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
