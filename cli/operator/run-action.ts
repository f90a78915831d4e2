import type { Client } from '@temporalio/client';

import { printable } from '../shared/printable';
import { exitCodes } from '../exit-codes';
import type { TaskAction, ActionResult } from './action';
import { mapInParallel } from '../shared/map-in-parallel';
import { taskLabel, type TaskSummary } from '../tasks/task-summary';

const CONCURRENCY = 20;

/** Does the same to each task, says of each how it stands then, and sets the exit code by whether every act took. */
export async function runAction(client: Client, tasks: readonly TaskSummary[], act: TaskAction): Promise<void> {
  const results = await mapInParallel(tasks, CONCURRENCY, async (task): Promise<ActionResult> => {
    const done: ActionResult =
      task.ended === undefined
        ? // Without the run's id: it may go on as a new run meanwhile.
          await act(client, { workflowId: task.workflowId })
        : { text: 'not done: its run has ended. See "extpost task show".', hasTakenEffect: false };
    console.log(printable(`${taskLabel(task)}: ${done.text}`));
    return done;
  });
  const taken = results.filter(({ hasTakenEffect: isTaken }) => isTaken).length;
  if (results.length > 1) console.log(`${taken} of ${results.length} took.`);
  if (taken < results.length) process.exitCode = exitCodes.notTaken;
}
