import type { Client } from '@temporalio/client';
import { Command, Option } from 'commander';

import {
  listQuery,
  listTasks,
  queryStatus,
  type TaskFilter,
  type TaskOrder,
  taskOrders,
  TaskProblem,
  type TaskSummary,
  type TaskSummaryWithStatus,
} from '../../starters';
import { addFilterOptions } from './filter-options';
import { mapInParallel } from '../shared/map-in-parallel';
import { configOption, parseCount, utcOption } from '../shared/options';
import { waitForStopSignal } from '../shared/signals';
import { terminalWidth } from '../shared/terminal-text';
import { sayWhileWaiting } from '../shared/waiting';
import { withTemporalConnection } from '../shared/with-temporal';
import { countText, tasksTable } from './tasks-text';
import { listScreen, watchList } from './watch-list';

interface TasksOptions extends TaskFilter {
  readonly config: string;
  readonly limit: number;
  readonly details?: boolean;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly sort: TaskOrder;
  readonly utc?: boolean;
}

export function tasksCommand(): Command {
  const command = new Command('tasks')
    .description('list the tasks in progress; needs no worker')
    .addOption(configOption());
  return addFilterOptions(command)
    .option('--all', 'also tasks that have ended')
    .option('--limit <count>', 'how many to show at most', parseCount, 50)
    .addOption(
      new Option('--sort <order>', 'newest first, or by when they are due').choices(taskOrders).default('newest'),
    )
    .addOption(utcOption())
    .option('--details', 'also query each task for its files and its message; a worker must be running')
    .addOption(new Option('--json', 'print them as JSON').conflicts('watch'))
    .addOption(
      new Option(
        '--watch',
        'keep running until Ctrl-C: a live table on a terminal, else a line for each change',
      ).conflicts('details'),
    )
    .action(runTasks);
}

async function runTasks(options: TasksOptions): Promise<void> {
  const query = listQuery(options);
  const { utc = false } = options;
  await withTemporalConnection(options.config, async ({ temporal: { client } }) => {
    const read = () => listTasks(client, query, options.limit, options.sort);
    if (options.watch === true) {
      const stop = new AbortController();
      void waitForStopSignal().then(() => {
        stop.abort();
      });
      // Ctrl-C also ends a call that gets no answer.
      const readUntilStopped = () => client.withAbortSignal(stop.signal, read);
      await watchList(readUntilStopped, listScreen(process.stdout, utc), stop.signal);
      return;
    }
    const list = await sayWhileWaiting('Temporal to list the tasks', read);
    const rows =
      options.details === true
        ? await sayWhileWaiting('workers to give the state of the tasks', () => withStatuses(client, list.rows))
        : list.rows;
    if (options.json === true) {
      console.log(JSON.stringify({ total: list.total, tasks: rows }, undefined, 2));
      return;
    }
    const time = { now: Date.now(), utc };
    if (rows.length > 0)
      console.log(tasksTable(rows, { time, withDetails: options.details === true, width: terminalWidth() }));
    console.log(rows.length === 0 ? 'No matching tasks.' : countText(rows.length, list));
  });
}

const CONCURRENCY = 5;

/** Queries the status of each task. Throws {@link TaskProblem} at once when no worker runs. */
async function withStatuses(client: Client, rows: readonly TaskSummary[]): Promise<TaskSummaryWithStatus[]> {
  return mapInParallel(rows, CONCURRENCY, async (row) => {
    try {
      return { ...row, status: await queryStatus(client, row) };
    } catch (error) {
      if (error instanceof TaskProblem && error.kind === 'no worker') throw error;
      return row;
    }
  });
}
