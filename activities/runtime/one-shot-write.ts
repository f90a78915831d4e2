import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { failureTypes, type RemoteFailureDetails } from '../../domain/shared/failure-type';
import { toFailure } from './failures';
import { isWorkerShutdown, runActivity } from './run-activity';

/** A write that must not be repeated blindly. */
export interface OneShotWrite {
  /** For messages, e.g. `PUT …/start`. */
  readonly endpoint: string;
  /** How long to wait for the answer after a cancellation, in milliseconds. */
  readonly graceMs: number;
  /** The run that has prepared the write; in another one it is refused. */
  readonly runId?: string | undefined;
  /** Runs first. If it is cancelled, nothing is sent. */
  readonly before?: (signal: AbortSignal) => Promise<unknown>;
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/** If it is cancelled, an answer within the grace time still counts; after that its outcome is unknown. */
export async function runOneShotWrite({ endpoint, graceMs, runId, before, send }: OneShotWrite): Promise<void> {
  // Returned and thrown outside, because runActivity turns everything thrown after a cancellation into the cancellation.
  const failure = await runActivity(async ({ signal }) => {
    assertSameRun(runId);
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
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => {
      deadline.abort(signal.reason);
    }, graceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await send(deadline.signal);
    return undefined;
  } catch (error) {
    return deadline.signal.aborted ? outcomeUnknown(endpoint, signal) : (toFailure(error) as Error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

function outcomeUnknown(endpoint: string, signal: AbortSignal): ApplicationFailure {
  const why = isWorkerShutdown(signal) ? 'the worker was stopped' : 'it was cancelled';
  const details: RemoteFailureDetails = { system: 'Creative Force', endpoint };
  return ApplicationFailure.nonRetryable(
    `Creative Force had not answered ${endpoint} when ${why}. Whether it took effect is not known.`,
    failureTypes.outcomeUnknown,
    details,
  );
}

/** The run of the workflow that this activity belongs to. */
export function currentRunId(): string {
  return activityInfo().workflowExecution?.runId ?? '';
}

/**
 * Refuses a write that was prepared by another run (`runId`; `undefined` allows any): the workflow was reset since, and
 * what it knows may be outdated. Only an activity can tell, because a workflow that is reset replays as before.
 */
export function assertSameRun(runId: string | undefined): void {
  if (runId === undefined || runId === currentRunId()) return;
  throw ApplicationFailure.create({
    message: 'The workflow was reset since it read the task, so nothing was sent; it reads the task again first.',
    type: failureTypes.otherRun,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });
}
