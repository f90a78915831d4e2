import { CompleteAsyncError, type Info } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import type { Traces } from '../../temporal';
import type { WorkerMetrics } from './worker-metrics';

/** An interceptor that does something around each attempt of an activity, which `run` makes. */
export function aroundActivities(
  around: (info: Info, run: () => Promise<unknown>) => Promise<unknown>,
): ActivityInterceptorsFactory {
  return ({ info }) => ({ inbound: { execute: (input, next) => around(info, () => next(input)) } });
}

/** Counts failed attempts, without cancellations and benign failures, which are polls that go on. */
export function countFailures(metrics: Pick<WorkerMetrics, 'activityFailed'>): ActivityInterceptorsFactory {
  return aroundActivities(async ({ activityType }, run) => {
    try {
      return await run();
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome.result === 'failed') metrics.activityFailed(activityType, outcome.errorType);
      throw error;
    }
  });
}

type Outcome = { readonly result: 'again' | 'cancelled' } | { readonly result: 'failed'; readonly errorType: string };

/** What an error means that ends an attempt of an activity. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof CancelledFailure) return { result: 'cancelled' };
  if (error instanceof CompleteAsyncError) return { result: 'again' };
  if (!(error instanceof ApplicationFailure))
    return { result: 'failed', errorType: error instanceof Error ? error.constructor.name : 'unknown' };
  if (error.category === ApplicationFailureCategory.BENIGN) return { result: 'again' };
  return { result: 'failed', errorType: error.type ?? 'unknown' };
}

/** Records a span for each attempt of an activity. */
export function traceActivities({ begin }: Pick<Traces, 'begin'>): ActivityInterceptorsFactory {
  return aroundActivities(async ({ activityType, workflowExecution, attempt, taskQueue, isLocal }, run) => {
    const end = begin(activityType, workflowExecution?.workflowId ?? activityType, {
      'temporal.run.id': workflowExecution?.runId ?? '',
      'temporal.activity.attempt': attempt,
      'temporal.task_queue': taskQueue,
      'temporal.activity.local': String(isLocal),
    });
    try {
      const result = await run();
      end({ result: 'completed' });
      return result;
    } catch (error) {
      end(outcomeOf(error));
      throw error;
    }
  });
}
