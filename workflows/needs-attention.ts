import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';

import { attentionForFailure } from '../domain/operator/attention';
import { failureTypes, type RemoteFailureDetails } from '../domain/shared/failure-type';
import type { PixelIdentity } from '../domain/render/pixel-comparison';
import type { Attention } from '../domain/task/task-status';

/** Thrown by a step that cannot go on without a person. Caught by the story, which parks the task. */
export class NeedsAttention extends Error {
  override readonly name = 'NeedsAttention';
  constructor(
    readonly attention: Attention,
    /** The pixels that did not do: the task goes on once Celtra shows others. */
    readonly pixels: readonly PixelIdentity[] = [],
  ) {
    super(attention.message);
  }
}

/** The `type` of the failure behind an activity that failed for good, else `undefined`. */
export function failureTypeOf(error: unknown): string | undefined {
  return applicationFailureOf(error)?.type ?? undefined;
}

/** Whether the worker of an activity was killed, as the one after it has told: sooner than the heartbeats are missed. */
export function isWorkerLost(error: unknown): boolean {
  return failureTypeOf(error) === failureTypes.workerLost;
}

/** Whether nothing is known of an activity: a worker died over it, it ran out of time, or nobody took it. */
export function isLost(error: unknown): boolean {
  return isWorkerLost(error) || (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure);
}

/** Whether a write may have worked, or may work later: then the task is read before anything is sent again. */
export function isOpenOutcome(error: unknown): boolean {
  const type = failureTypeOf(error);
  return (
    isLost(error) ||
    type === failureTypes.outcomeUnknown ||
    type === failureTypes.throttled ||
    type === failureTypes.transient
  );
}

/** What a person is told of an error; `undefined` for a cancel and for our own bugs, which must not be hidden. */
export function attentionOf(error: unknown): Attention | undefined {
  if (error instanceof NeedsAttention) return error.attention;
  if (!(error instanceof ActivityFailure) || isCancellation(error)) return undefined;
  const failure = applicationFailureOf(error);
  return attentionForFailure({
    type: failure?.type ?? undefined,
    message:
      failure?.message ?? `${error.activityType} did not finish in time: ${error.cause?.message ?? error.message}.`,
    details: remoteDetailsOf(error),
  });
}

/** What is known of the remote call behind a failed activity. */
export function remoteDetailsOf(error: unknown): RemoteFailureDetails | undefined {
  return (applicationFailureOf(error)?.details?.[0] ?? undefined) as RemoteFailureDetails | undefined;
}

/** What an activity left behind when it failed, was cancelled or ran out of time: its last report, if it tells one. */
export function leftBehindBy(error: unknown): unknown {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  if (cause instanceof TimeoutFailure) return cause.lastHeartbeatDetails;
  if (cause instanceof CancelledFailure) return cause.details[0];
  return cause instanceof ApplicationFailure ? cause.details?.[1] : undefined;
}

function applicationFailureOf(error: unknown): ApplicationFailure | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  return cause instanceof ApplicationFailure ? cause : undefined;
}
