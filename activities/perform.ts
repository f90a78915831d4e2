import { Context } from '@temporalio/activity';

import { toFailure } from './failures';

const HEARTBEAT_EVERY_MS = 2_000;

export interface Performing {
  /** Aborted when the activity is cancelled or its worker shuts down. */
  readonly signal: AbortSignal;
  /** What the last attempt reported, if anything: lets an attempt go on where the last one stopped. */
  readonly lastReport: unknown;
  /** Sends progress with the next heartbeat; it is what the Web UI shows under the pending activity. */
  readonly report: (progress: unknown) => void;
}

/**
 * Runs the work of one activity: heartbeats while it lasts (so that a killed worker is noticed in seconds, and a cancel
 * gets through), and turns errors of remote calls into Temporal failures.
 */
export async function perform<T>(work: (performing: Performing) => Promise<T>): Promise<T> {
  const context = Context.current();
  const signal = context.cancellationSignal;
  const lastReport: unknown = context.info.heartbeatDetails;
  let progress = lastReport;
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
    });
  } catch (error) {
    // An aborted request surfaces as whatever the library throws; the reason says that it was a cancel.
    throw signal.aborted ? signal.reason : toFailure(error);
  } finally {
    clearInterval(timer);
  }
}
