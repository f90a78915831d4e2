import type { Client } from '@temporalio/client';

import { type ActionResult, type TaskAction, taskLabel, type TaskSummary } from '../../starters';
import { exitCodes } from '../exit-codes';
import { mapInParallel } from '../shared/map-in-parallel';
import { printable } from '../shared/terminal-text';
import { sayWhileWaiting } from '../shared/waiting';

const CONCURRENCY = 20;

/**
 * Does the same to each task, prints the state of each afterwards, and sets the exit code when one did not take effect. `json`:
 * as one object, once all are done.
 */
export async function runAction(
  client: Client,
  tasks: readonly TaskSummary[],
  action: TaskAction,
  { json = false }: { readonly json?: boolean } = {},
): Promise<void> {
  const results = await mapInParallel(tasks, CONCURRENCY, async (task) => {
    // Without the run id, because the task may continue as a new run meanwhile.
    const act = () => action(client, { workflowId: task.workflowId });
    const result = task.ended === undefined ? await sayWhileWaiting(`${taskLabel(task)} to process it`, act) : hasEnded;
    if (!json) console.log(printable(`${taskLabel(task)}: ${result.text}`));
    return result;
  });
  const count = results.filter(({ hasTakenEffect }) => hasTakenEffect).length;
  if (json) console.log(JSON.stringify(actionsJson(tasks, results), undefined, 2));
  else if (results.length > 1) console.log(`${count} of ${results.length} took effect.`);
  if (count < results.length) process.exitCode = exitCodes.actionRejected;
}

function actionsJson(tasks: readonly TaskSummary[], results: readonly ActionResult[]): object {
  const done = tasks.map(({ studio, taskId, product, workflowId }, index) => ({
    studio,
    taskId,
    product,
    workflowId,
    ...results[index],
  }));
  return { tasks: done, tookEffect: results.filter(({ hasTakenEffect }) => hasTakenEffect).length };
}

const hasEnded: ActionResult = {
  text: 'not done: its run has ended. See "extpost task show".',
  hasTakenEffect: false,
};
