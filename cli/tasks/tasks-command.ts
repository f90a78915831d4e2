import { Command, Option } from 'commander';

import { configOption, parseCount } from '../shared/options';
import { listTasks } from './list-tasks';
import { withTemporalConnection } from '../shared/with-temporal';
import { withStatuses } from './summaries-with-status';
import { addFilterOptions, listQuery, type TaskFilter } from './task-filter';
import { countText, tasksTable } from './tasks-text';
import { listScreen, watchList } from './watch-list';

interface TasksOptions extends TaskFilter {
  readonly config: string;
  readonly limit: number;
  readonly details?: boolean;
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `extpost tasks`: the tasks that are under way, by what can be searched for in Temporal. */
export function tasksCommand(): Command {
  const command = new Command('tasks')
    .description('list the tasks that are under way: stage, cause, round; needs no worker')
    .addOption(configOption());
  return addFilterOptions(command)
    .option('--all', 'also tasks that have ended')
    .option('--limit <count>', 'how many at most, newest first', parseCount, 50)
    .option('--details', 'ask each task too: deadline, files, what it says; a worker must be running')
    .addOption(new Option('--json', 'print them as JSON').conflicts('watch'))
    .addOption(
      new Option('--watch', 'go on until Ctrl-C: a live table on a terminal, else a line for each change').conflicts(
        'details',
      ),
    )
    .action(runTasks);
}

async function runTasks(options: TasksOptions): Promise<void> {
  const query = listQuery(options);
  await withTemporalConnection(options.config, async ({ temporal: { client } }) => {
    const look = () => listTasks(client, query, options.limit);
    if (options.watch === true) {
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          stop.abort();
        });
      }
      await watchList(look, listScreen(process.stdout), stop.signal);
      return;
    }
    const list = await look();
    const rows = options.details === true ? await withStatuses(client, list.rows) : list.rows;
    if (options.json === true) {
      console.log(JSON.stringify({ total: list.total, tasks: rows }, undefined, 2));
      return;
    }
    if (rows.length > 0) console.log(tasksTable(rows, options.details === true));
    console.log(rows.length === 0 ? 'No task answers this.' : countText(rows.length, list));
  });
}
