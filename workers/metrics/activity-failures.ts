import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import type { WorkerMetrics } from './worker-metrics';

/**
 * Counts attempts of activities that failed. A cancel is none, and neither is a benign failure, which only says that a
 * render is not ready yet.
 */
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
