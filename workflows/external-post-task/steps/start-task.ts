import { sleep } from '@temporalio/workflow';

import type { InFlightWriteOutcome } from '../../../domain/delivery/side-effects';
import { failureTypes } from '../../../domain/shared/failure-type';
import type { Task } from '../../../domain/task/task';
import { gatewayWrite } from '../../activity-options';
import type { RefusedStart } from '../state/round-state';
import { awaitOutcome, isCancelled, verifyAfterCancel } from '../waiting/interruption';
import { failureTypeOf, isOutcomeUnknown, isWorkerGone, remoteDetailsOf } from './activity-failure';
import { checkEffect } from './read-task';
import { attentionOf, type StepContext } from './step';

/** How often a start is sent that has not taken effect, because an answer was lost. */
const MAX_TRIES = 3;
/** The delivery waits for no start that Creative Force would take only later than this. */
const MAX_WAIT_MS = 60_000;
/** Killed workers are no reason to give up sooner: they say nothing of what Creative Force would answer. */
const MAX_KILLED_WORKERS = 20;

interface StartEnd {
  /** What came of the start when the task was cancelled meanwhile. */
  readonly inFlight?: InFlightWriteOutcome | undefined;
  /** Sent again, it would be refused again. */
  readonly isRefused?: true;
}

/** Whether a start that was refused can only be refused again: neither the task's status nor an operator has changed anything. */
export function isRefusedStill(refused: RefusedStart | undefined, { statusText }: Task, actions: number): boolean {
  return refused?.status === statusText && refused.actions === actions;
}

/**
 * Tells Creative Force that work has begun, once in effect: after every answer that leaves it open, the task is read.
 * A start is wanted but not needed: when it cannot be done the task goes on, with a warning.
 */
export async function startTask(context: StepContext, task: Task): Promise<StartEnd> {
  if (task.status !== 'to do' && task.status !== 'rejected') return {};
  const { task: reference, reporter, runId } = context;
  reporter.enter('Start', 'Telling Creative Force that work has begun.');
  let triesLeft = MAX_TRIES;
  let killedWorkers = 0;
  for (;;) {
    const error = await awaitOutcome(() =>
      gatewayWrite(reference.studio, 'Start the task in Creative Force').startTask({ ...reference, runId }),
    );
    // The loop begins the round again by it.
    if (error !== undefined && failureTypeOf(error) === failureTypes.otherRun) throw error;
    if (error === undefined) return isCancelled() ? { inFlight: 'taken' } : {};
    const why = attentionOf(error).message;
    const withoutEffect = `The start did not take effect (${why}), so the task stays in To Do until it is submitted.`;
    const { retryAfterMs = 0 } = remoteDetailsOf(error) ?? {};
    // Nothing was done, and until then every other request would be throttled as well.
    if (failureTypeOf(error) === failureTypes.throttled && retryAfterMs > 0) {
      if (retryAfterMs > MAX_WAIT_MS) {
        reporter.warn(withoutEffect);
        return {};
      }
      await sleep(retryAfterMs, { summary: 'Wait until Creative Force takes requests again' });
    }
    const check = {
      summary: 'Check whether the start took effect',
      hasEffect: ({ status }: Task) => status !== task.status && status !== 'to do',
    };
    const checked = await verifyAfterCancel(context.settings.lifecycle, () => checkEffect(context, error, check));
    if (isCancelled()) {
      return { inFlight: checked === undefined ? 'unknown' : checked.hasEffect ? 'taken' : 'not shown' };
    }
    if (checked?.hasEffect !== false) return {};
    if (isWorkerGone(error)) killedWorkers += 1;
    else triesLeft -= 1;
    if (!isOutcomeUnknown(error)) {
      reporter.warn(`Creative Force refused the start (${why}), so the task stays in To Do until it is submitted.`);
      return { isRefused: true };
    }
    if (triesLeft <= 0 || killedWorkers > MAX_KILLED_WORKERS) {
      reporter.warn(withoutEffect);
      return {};
    }
  }
}
