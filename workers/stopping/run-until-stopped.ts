import { setTimeout as sleep } from 'node:timers/promises';

import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';

import { formatDuration, pluralise } from '../../domain/shared/text';
import type { RunningActivity, RunningWork } from './running-work';

/** Activities get their cancellation so long before the end of the grace time, to tell how far they have come. */
const LONGEST_SETTLING_MS = 2_000;
/** A worker needs some time to stop even if it has nothing to do. */
const SHORTEST_STOP_MS = 1_000;

/** How long activities may go on after a stop; the rest of the grace time is for those that are then cancelled. */
export function timeBeforeCancellation(graceMs: number): number {
  return graceMs - Math.min(LONGEST_SETTLING_MS, graceMs / 2);
}

/**
 * Runs workers until they have stopped, or until the grace time is over after a stop was asked for; a worker that fails stops the
 * others. `forced`: some work did not end in time and is left to the next worker; the caller must end the process. Throws the
 * first error of a worker.
 */
export async function runUntilStopped(
  workers: readonly Pick<Worker, 'run' | 'shutdown' | 'getState'>[],
  {
    graceMs,
    stopRequested,
    work,
    logger,
  }: {
    readonly graceMs: number;
    readonly stopRequested: Promise<unknown>;
    readonly work: Pick<RunningWork, 'running' | 'interrupted'>;
    readonly logger: Pick<Logger, 'info' | 'warn'>;
  },
): Promise<'stopped' | 'forced'> {
  const stopAll = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const failures: unknown[] = [];
  const running = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      failures.push(error);
    }),
  );
  const finished = Promise.all(running).then(() => 'stopped' as const);
  const limitMs = Math.max(graceMs, SHORTEST_STOP_MS);
  const expired = Promise.race([stopRequested, ...running]).then(async () => {
    stopAll();
    const count = work.running().length;
    if (count > 0) {
      logger.info(
        { running: count },
        `Stopping; ${pluralise(count, 'activity')} may take ${formatDuration(graceMs)} to finish.`,
      );
    }
    await sleep(limitMs, undefined, { ref: false });
    return 'forced' as const;
  });
  const end = await Promise.race([finished, expired]);
  for (const one of work.interrupted()) {
    logger.warn(one, `Interrupted ${nameOf(one)} by the stop; the next worker continues it.`);
  }
  if (end === 'forced') {
    for (const one of work.running()) {
      logger.warn(
        one,
        `Left ${nameOf(one)} unfinished: it did not end within ${formatDuration(limitMs)} (worker.shutdownGrace); the next worker repeats it.`,
      );
    }
  }
  if (failures.length > 0) throw failures[0];
  return end;
}

function nameOf({ activity, workflowId, attempt }: RunningActivity): string {
  const of = workflowId === undefined ? '' : ` of ${workflowId}`;
  return `${activity}${of} (attempt ${attempt})`;
}
