import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';

import { type RemoteFailureDetails, failureTypes } from '../../../domain/shared/failure-type';

export function applicationFailureOf(error: unknown): ApplicationFailure | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  return cause instanceof ApplicationFailure ? cause : undefined;
}

/** The `type` of the failure behind an activity that failed for good. */
export function failureTypeOf(error: unknown): string | undefined {
  return applicationFailureOf(error)?.type ?? undefined;
}

/** What is known of the remote call behind a failed activity. */
export function remoteDetailsOf(error: unknown): RemoteFailureDetails | undefined {
  return (applicationFailureOf(error)?.details?.[0] ?? undefined) as RemoteFailureDetails | undefined;
}

/** The last report of an activity that failed, was cancelled or ran out of time. */
export function lastReportOf(error: unknown): unknown {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  if (cause instanceof TimeoutFailure) return cause.lastHeartbeatDetails;
  if (cause instanceof CancelledFailure) return cause.details[0];
  return cause instanceof ApplicationFailure ? cause.details?.[1] : undefined;
}

/** Whether the worker of an activity was killed, as the one after it has reported: sooner than heartbeats are missed. */
export function isWorkerLost(error: unknown): boolean {
  return failureTypeOf(error) === failureTypes.workerLost;
}

/** Whether the worker of an activity is gone: reported by the one after it, or it has missed its heartbeats. */
export function isWorkerGone(error: unknown): boolean {
  if (isWorkerLost(error)) return true;
  return (
    error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'HEARTBEAT'
  );
}

/** Whether nothing is known of an activity: a worker died over it, it ran out of time, or nobody took it. */
export function isLost(error: unknown): boolean {
  return isWorkerLost(error) || (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure);
}

/** Whether a write may have worked, or may work later: then the task is read before anything is sent again. */
export function isOutcomeUnknown(error: unknown): boolean {
  const type = failureTypeOf(error);
  return (
    isLost(error) ||
    type === failureTypes.outcomeUnknown ||
    type === failureTypes.reset ||
    type === failureTypes.throttled ||
    type === failureTypes.transient
  );
}
