import type { Client } from '@temporalio/client';

import { printable } from '../celtra/printable';
import { exitCodes } from '../exit-codes';
import type { ActOnTask, ActResult } from './act';
import { inParallel } from './in-parallel';
import { rowName, type TaskRow } from './task-row';

const AT_ONCE = 20;

/** Does the same to each task, says of each how it stands then, and sets the exit code by whether every act took. */
export async function runAct(client: Client, tasks: readonly TaskRow[], act: ActOnTask): Promise<void> {
  const results = await inParallel(tasks, AT_ONCE, async (task): Promise<ActResult> => {
    const done: ActResult =
      task.ended === undefined
        ? // Without the run's id: it may go on as a new run meanwhile.
          await act(client, { workflowId: task.workflowId })
        : { text: 'not done: its run has ended. See "extpost task show".', isTaken: false };
    console.log(printable(`${rowName(task)}: ${done.text}`));
    return done;
  });
  const taken = results.filter(({ isTaken }) => isTaken).length;
  if (results.length > 1) console.log(`${taken} of ${results.length} took.`);
  if (taken < results.length) process.exitCode = exitCodes.notTaken;
}
