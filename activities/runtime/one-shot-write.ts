import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import { failureTypes, type RemoteFailureDetails } from '../../domain/shared/failure-type';
import { toFailure } from './failures';
import { runActivity } from './run-activity';

/** A write that must not be repeated blindly. */
export interface OneShotWrite {
  /** Which call it is, e.g. `PUT /extpost/tasks/{taskId}/start`. */
  readonly endpoint: string;
  /** How long it may still be answered once it is called off; milliseconds. */
  readonly graceMs: number;
  /** What comes before it; called off in here, nothing was sent. */
  readonly before?: (signal: AbortSignal) => Promise<unknown>;
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/**
 * Sends something that must not be repeated blindly. Called off while it is under way it gets a little while to be answered,
 * and what came of it counts as if nobody had called it off; then it is given up, and its outcome is unknown.
 */
export async function runOneShotWrite({ endpoint, graceMs, before, send }: OneShotWrite): Promise<void> {
  // Handed out instead of thrown: what is thrown after a cancel counts as nothing but the cancel.
  const failure = await runActivity(async ({ signal }) => {
    await before?.(signal);
    signal.throwIfAborted();
    return sendWithGrace(signal, graceMs, send, endpoint);
  });
  if (failure !== undefined) throw failure;
}

async function sendWithGrace(
  signal: AbortSignal,
  graceMs: number,
  send: OneShotWrite['send'],
  endpoint: string,
): Promise<Error | undefined> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => {
      patience.abort(signal.reason);
    }, graceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await send(patience.signal);
    return undefined;
  } catch (error) {
    return patience.signal.aborted ? outcomeUnknown(endpoint, signal.reason) : (toFailure(error) as Error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

function outcomeUnknown(endpoint: string, reason: unknown): ApplicationFailure {
  const isShutdown = reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
  const why = isShutdown ? 'the worker was stopped' : 'it was called off';
  const details: RemoteFailureDetails = { system: 'Creative Force', endpoint };
  return ApplicationFailure.nonRetryable(
    `Creative Force had not answered ${endpoint} when ${why}. Whether it took effect is not known.`,
    failureTypes.outcomeUnknown,
    details,
  );
}
