import type { Client } from '@temporalio/client';

import { readOperatorChoices, TaskProblem } from '../../starters';
import type { Ledger, SandboxControl } from '../sandbox-control';

/**
 * Tells the sandbox what operators have decided, because its ledger calls wrong what the studio did not ask for. The function
 * that is returned takes a ledger; it asks only the tasks that are wrong in it, and each decision is told once.
 */
export function choiceTeller(
  client: Client,
  control: Pick<SandboxControl, 'tellChoice'>,
): (ledger: Pick<Ledger, 'tasks'>) => Promise<void> {
  const told = new Map<string, number>();
  return async ({ tasks }) => {
    for (const { studio, taskId } of tasks.filter(({ verdict }) => verdict === 'wrong')) {
      try {
        const { revision, choices } = await readOperatorChoices(client, { studio, taskId });
        if (told.get(taskId) === revision) continue;
        for (const choice of choices) await control.tellChoice(taskId, choice);
        told.set(taskId, revision);
      } catch (error) {
        // While no worker answers, the next look asks again.
        if (!(error instanceof TaskProblem)) throw error;
      }
    }
  };
}
