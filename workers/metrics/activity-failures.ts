import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

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
