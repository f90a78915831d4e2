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
          const type = typeOf(error);
          if (type !== undefined) metrics.activityFailed(context.info.activityType, type);
          throw error;
        }
      },
    },
  });
}

function typeOf(error: unknown): string | undefined {
  if (error instanceof CancelledFailure || error instanceof CompleteAsyncError) return undefined;
  if (!(error instanceof ApplicationFailure)) return error instanceof Error ? error.constructor.name : 'unknown';
  return error.category === ApplicationFailureCategory.BENIGN ? undefined : (error.type ?? 'unknown');
}
