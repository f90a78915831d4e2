import { Command, Option } from 'commander';

import { configOption, countOfThings } from '../options';
import { listTasks } from '../tasks/list-tasks';
import { withTemporal } from '../tasks/open-temporal';
import { withDetails } from '../tasks/task-details';
import { addFilterOptions, listQuery, type TaskFilter } from '../tasks/task-filter';
import { shownOf, tasksTable } from '../tasks/tasks-text';
import { listScreen, watchList } from '../tasks/watch-list';

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
    .option('--limit <count>', 'how many at most, newest first', countOfThings, 50)
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
  await withTemporal(options.config, async ({ temporal: { client } }) => {
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
    const rows = options.details === true ? await withDetails(client, list.rows) : list.rows;
    if (options.json === true) {
      console.log(JSON.stringify({ total: list.total, tasks: rows }, undefined, 2));
      return;
    }
    if (rows.length > 0) console.log(tasksTable(rows, options.details === true));
    console.log(rows.length === 0 ? 'No task answers this.' : shownOf(rows.length, list));
  });
}
