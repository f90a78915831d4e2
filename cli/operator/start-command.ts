import type { Client } from '@temporalio/client';
import { Command } from 'commander';

import { isTaskId, mayBeTaskId } from '../../domain/task/task-name';
import { parseTaskWorkflowId, taskWorkflowId } from '../../domain/task/workflow-id';
import {
  createTaskStarter,
  describeTask,
  findTask,
  findTaskIfKnown,
  flavourOfLastRun,
  isNarrowed,
  parseTaskName,
  type TaskFilter,
  taskLabel,
  type TaskSummary,
} from '../../starters';
import { addFilterOptions } from '../tasks/filter-options';
import { exitCodes, usageError } from '../exit-codes';
import { mapInParallel } from '../shared/map-in-parallel';
import { findStudio } from '../shared/studio-clients';
import { printable } from '../shared/terminal-text';
import { sayWhileWaiting } from '../shared/waiting';
import { withTemporalConnection } from '../shared/with-temporal';
import { addNoticeOptions, type NoticeOptions, operatorNotice } from './action-options';
import { selectEnded } from './select-tasks';

const CONCURRENCY = 20;

interface StartOptions extends NoticeOptions, TaskFilter {
  readonly editorial?: true;
  readonly yes?: boolean;
}

/** A task to start; `runId` is that of its last run, if Temporal knows one. */
type Startable = Pick<TaskSummary, 'studio' | 'taskId' | 'product'> & { readonly runId?: string };

export function startCommand(): Command {
  const command = new Command('start')
    .description('start tasks whose run has ended, or that have never run here')
    .argument('[studio]', 'the studio; or nothing, and filters')
    .argument('[tasks...]', 'task ids; for tasks that have run here, also a beginning or the product code')
    .action(async (studio: string | undefined, names: readonly string[], options: StartOptions) => {
      await withTemporalConnection(options.config, async ({ temporal: { client }, config }) => {
        if (config !== undefined && studio !== undefined) findStudio(config, parseStudio(studio), options.config);
        const tasks =
          studio === undefined
            ? await selectEnded(client, 'start', options)
            : await find(client, studio, names, options);
        await startAll(client, tasks, options);
      });
    });
  return addFilterOptions(addNoticeOptions(command))
    .option('--editorial', 'tasks that have never run here are editorial; otherwise extpost finds out')
    .option('-y, --yes', 'with filters: do not ask after the preview');
}

async function startAll(client: Client, tasks: readonly Startable[], options: StartOptions): Promise<void> {
  const starter = createTaskStarter(client);
  const notice = operatorNotice(options);
  const results = await mapInParallel(tasks, CONCURRENCY, async (task) => {
    const { studio, taskId } = task;
    const started = await sayWhileWaiting(`Temporal to start ${taskLabel(task)}`, async () => {
      const isToldEditorial = task.runId === undefined && options.editorial === true;
      const flavour = isToldEditorial
        ? ({ contentCreationType: 'editorial' } as const)
        : await flavourOfLastRun(client, task);
      return starter.start({ studio, taskId, ...flavour }, notice);
    });
    const text =
      started === 'is running' ? 'not done: it is running. See "extpost task show".' : `Started by ${notice.by}.`;
    if (options.json !== true) console.log(printable(`${taskLabel(task)}: ${text}`));
    return { studio, taskId, text, hasTakenEffect: started !== 'is running' };
  });
  const count = results.filter(({ hasTakenEffect }) => hasTakenEffect).length;
  if (options.json === true) console.log(JSON.stringify({ tasks: results, tookEffect: count }, undefined, 2));
  else if (results.length > 1) console.log(`${count} of ${results.length} started.`);
  if (count < results.length) process.exitCode = exitCodes.actionRejected;
}

/** A workflow id alone may stand in the place of the studio. */
function parseStudio(word: string): string {
  return parseTaskWorkflowId(word)?.studio ?? word;
}

/** The tasks that a person named. Throws CommandError. */
async function find(
  client: Client,
  studio: string,
  names: readonly string[],
  options: StartOptions,
): Promise<readonly Startable[]> {
  if (isNarrowed(options)) throw usageError('Name tasks or use filters, not both.');
  const wanted = (names.length === 0 ? [undefined] : names).map((name) => parseTaskName(studio, name));
  return mapInParallel(wanted, CONCURRENCY, async (name): Promise<Startable> => {
    const task = { studio: name.studio, taskId: name.task.toLowerCase() };
    if (isTaskId(name.task)) return (await describeTask(client, taskWorkflowId(task))) ?? task;
    // A number can be the code of a product that has run here, else it is the id of a task that has not.
    const known = mayBeTaskId(name.task) ? await findTaskIfKnown(client, name) : await findTask(client, name);
    return known ?? task;
  });
}
