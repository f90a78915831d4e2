import { setImmediate } from 'node:timers/promises';

import type { Semaphore } from '../../clients';
import type { ActivityRun } from '../runtime/run-activity';
import { WAITING_FOR_PERMIT } from './spool';

/** Does the transfer of one file when it is its turn among those of all tasks, and says so while it waits. */
export function withPermit<T>(
  turns: Semaphore,
  { signal, lastReport, report, begin }: ActivityRun,
  transfer: () => Promise<T>,
): Promise<T> {
  // What the attempt before came to still counts while this one waits.
  if (lastReport === undefined) report({ phase: WAITING_FOR_PERMIT });
  return turns.withPermits(1, signal, async () => {
    // If whoever had the turn before has failed, its batch knows of it by then.
    await setImmediate();
    begin();
    return transfer();
  });
}
