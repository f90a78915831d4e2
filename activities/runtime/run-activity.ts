import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import { boundStacks } from './bounded-stack';
import { isUnexpected, isUnreadable, toFailure, unexpectedFailure } from './failures';

/** Each is a request to the server; a cancellation comes with its answer. */
const HEARTBEAT_INTERVAL_MS = 1_500;

export interface ActivityRun {
  /** Aborted when the activity is cancelled or its worker shuts down. */
  readonly signal: AbortSignal;
  /** Details of the last attempt's last heartbeat, so that this attempt can resume there. */
  readonly lastHeartbeat: unknown;
  /** Heartbeats with these details at once and from now on; the Web UI shows them under the pending activity. */
  readonly heartbeat: (details: unknown) => void;
  /** Sets what the failure carries to the workflow if the work fails or is cancelled; the last call counts. */
  readonly setFailureDetails: (details: unknown) => void;
}

/** Heartbeats while the work lasts, so that a killed worker is noticed, and turns errors into Temporal failures. */
export async function runActivity<T>(work: (run: ActivityRun) => Promise<T>): Promise<T> {
  const context = Context.current();
  const signal = context.cancellationSignal;
  const { unreadable, unexpected, lastHeartbeat } = parseHeartbeat(context.info.heartbeatDetails);
  let details = lastHeartbeat;
  let failureDetails: unknown;
  const timer = setInterval(() => {
    context.heartbeat(details);
  }, HEARTBEAT_INTERVAL_MS);
  try {
    return await work({
      signal,
      lastHeartbeat,
      heartbeat: (latest) => {
        details = latest;
        context.heartbeat(latest);
      },
      setFailureDetails: (latest) => {
        failureDetails = latest;
      },
    });
  } catch (error) {
    if (!signal.aborted && isUnexpected(error)) {
      context.heartbeat({ ...asObject(details), [UNEXPECTED_ERRORS]: unexpected + 1 });
      // A local activity has no heartbeats, and does not poll: each of its attempts has failed.
      const before = context.info.isLocal ? context.info.attempt - 1 : unexpected;
      throw bounded(withFailureDetails(unexpectedFailure(error, before), failureDetails));
    }
    if (isUnreadable(error)) context.heartbeat({ ...asObject(details), [UNREADABLE_ANSWERS]: unreadable + 1 });
    // A readable answer begins the counts again.
    else if (unreadable + unexpected > 0) context.heartbeat(details ?? {});
    // An aborted request throws whatever its library throws; the reason says that it was a cancellation.
    throw bounded(withFailureDetails(signal.aborted ? signal.reason : toFailure(error, unreadable), failureDetails));
  } finally {
    clearInterval(timer);
  }
}

function bounded(failure: unknown): unknown {
  boundStacks(failure);
  return failure;
}

/** The key in heartbeat details that counts, from attempt to attempt, answers that were none of the API. */
const UNREADABLE_ANSWERS = 'unreadableAnswers';
/** The same for unexpected errors. */
const UNEXPECTED_ERRORS = 'unexpectedErrors';

/** The activity's own heartbeat details, and how many attempts before this one got no readable answer, in a row. */
function parseHeartbeat(reported: unknown): {
  readonly unreadable: number;
  readonly unexpected: number;
  readonly lastHeartbeat: unknown;
} {
  const { [UNREADABLE_ANSWERS]: unreadable, [UNEXPECTED_ERRORS]: unexpected, ...own } = asObject(reported);
  if (typeof unreadable !== 'number' && typeof unexpected !== 'number') {
    return { unreadable: 0, unexpected: 0, lastHeartbeat: reported };
  }
  return {
    unreadable: typeof unreadable === 'number' ? unreadable : 0,
    unexpected: typeof unexpected === 'number' ? unexpected : 0,
    lastHeartbeat: Object.keys(own).length > 0 ? own : undefined,
  };
}

function asObject(details: unknown): Readonly<Record<string, unknown>> {
  return typeof details === 'object' && details !== null ? (details as Readonly<Record<string, unknown>>) : {};
}

/** Whether the workflow has cancelled the activity, in contrast to a worker that shuts down. */
export function isCancelRequested({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof CancelledFailure && reason.message === 'CANCELLED';
}

/** Whether the activity was aborted because its worker shuts down: then another attempt follows. */
export function isWorkerShutdown({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
}

/** Adds details to a failure: to a cancellation as the only ones, else behind those of the remote call. */
function withFailureDetails(failure: unknown, extra: unknown): unknown {
  if (extra === undefined) return failure;
  if (failure instanceof CancelledFailure) return new CancelledFailure(failure.message, [extra]);
  if (!(failure instanceof ApplicationFailure)) return failure;
  const { message, type, nonRetryable, details, nextRetryDelay, category } = failure;
  const both = [details?.[0] ?? null, extra];
  return new ApplicationFailure(message, type, nonRetryable, both, undefined, nextRetryDelay, category);
}
