import { setImmediate } from 'node:timers/promises';

import type { SharedBudget } from '../clients';
import type { Performing } from './perform';
import { WAITING_FOR_ITS_TURN } from './spool';

/** Does the transfer of one file when it is its turn among those of all tasks, and says so while it waits. */
export function inTurn<T>(
  turns: SharedBudget,
  { signal, lastReport, report, begin }: Performing,
  transfer: () => Promise<T>,
): Promise<T> {
  // What the attempt before came to still counts while this one waits.
  if (lastReport === undefined) report({ phase: WAITING_FOR_ITS_TURN });
  return turns.within(1, signal, async () => {
    // If whoever had the turn before has failed, its batch knows of it by then.
    await setImmediate();
    begin();
    return transfer();
  });
}
