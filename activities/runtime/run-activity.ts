import { AsyncLocalStorage } from 'node:async_hooks';

import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import { toFailure } from './failures';

const HEARTBEAT_EVERY_MS = 1_000;

export interface ActivityRun {
  /** Aborted when the activity is cancelled or its worker shuts down. */
  readonly signal: AbortSignal;
  /** What the last attempt reported, if anything: lets an attempt go on where the last one stopped. */
  readonly lastReport: unknown;
  /** Sends progress with the next heartbeat; it is what the Web UI shows under the pending activity. */
  readonly report: (progress: unknown) => void;
  /** What the workflow is told in case the work fails or is cancelled: the last word counts. */
  readonly setFailureDetails: (progress: unknown) => void;
  /** To be called when the work on something that had to wait begins. Throws when it is no longer wanted. */
  readonly begin: () => void;
}

/** Set while an activity runs as a part of another one: what it knows of its last attempt, and how it reports. */
const partOfAnother = new AsyncLocalStorage<Omit<ActivityRun, 'signal'>>();

/**
 * Runs what another activity does as a part of this one: its reports become this one's, and the heartbeats and the failure
 * are this one's alone.
 */
export function performAsPart<T>(
  part: Pick<ActivityRun, 'lastReport' | 'report' | 'begin'>,
  work: () => Promise<T>,
): Promise<T> {
  return partOfAnother.run({ ...part, setFailureDetails: () => undefined }, work);
}

/** Whether the workflow has called the work off, and not only a worker that goes on later, or a server that has lost sight of it. */
export function isCancelRequested({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof CancelledFailure && reason.message === 'CANCELLED';
}

/**
 * Runs the work of one activity: heartbeats while it lasts (so that a killed worker is noticed in seconds, and a cancel
 * gets through), and turns errors of remote calls into Temporal failures.
 */
export async function runActivity<T>(work: (performing: ActivityRun) => Promise<T>): Promise<T> {
  const context = Context.current();
  const signal = context.cancellationSignal;
  const part = partOfAnother.getStore();
  if (part !== undefined) return work({ signal, ...part });
  const lastReport: unknown = context.info.heartbeatDetails;
  let progress = lastReport;
  let left: unknown;
  const timer = setInterval(() => {
    context.heartbeat(progress);
  }, HEARTBEAT_EVERY_MS);
  try {
    return await work({
      signal,
      lastReport,
      report: (latest) => {
        progress = latest;
        context.heartbeat(latest);
      },
      setFailureDetails: (latest) => {
        left = latest;
      },
      begin: () => undefined,
    });
  } catch (error) {
    // An aborted request surfaces as whatever the library throws; the reason says that it was a cancel.
    throw withFailureDetails(signal.aborted ? signal.reason : toFailure(error), left);
  } finally {
    clearInterval(timer);
  }
}

/** A failure that carries what was left behind: of a cancel its only detail, else the one after that of the remote call. */
function withFailureDetails(failure: unknown, left: unknown): unknown {
  if (left === undefined) return failure;
  if (failure instanceof CancelledFailure) return new CancelledFailure(failure.message, [left]);
  if (!(failure instanceof ApplicationFailure)) return failure;
  const { message, type, nonRetryable, details, nextRetryDelay, category } = failure;
  const told = [details?.[0] ?? null, left];
  return new ApplicationFailure(message, type, nonRetryable, told, undefined, nextRetryDelay, category);
}
