import type { Client } from '@temporalio/client';

import { counted } from '../../domain/words';
import { CommandError, exitCodes } from '../exit-codes';
import { confirm } from './confirm';
import { findTask, namedTask } from './find-task';
import { listTasks } from './list-tasks';
import { isNarrowed, listQuery, type TaskFilter } from './task-filter';
import type { TaskRow } from './task-row';
import { tasksTable } from './tasks-text';

/** More than that at once is hardly meant; a filter can be narrowed down. */
const MOST_AT_ONCE = 500;

/** What was said on the command line of whom an act is for. */
export interface Choice extends TaskFilter {
  readonly named: { readonly studio: string | undefined; readonly task: string | undefined };
  readonly yes?: boolean;
}

/**
 * The tasks that an act is for: the one that is named, or all that a filter finds, after a preview and a yes. `only` narrows
 * a filter to tasks to which the act can be done. Throws CommandError.
 */
export async function chooseTasks(
  client: Client,
  act: string,
  { named, yes = false, ...filter }: Choice,
  only?: string,
): Promise<readonly TaskRow[]> {
  if (named.studio !== undefined) {
    if (isNarrowed(filter)) {
      throw new CommandError('Name a task, or say which tasks by filters; not both.', exitCodes.wrongUse);
    }
    return [await findTask(client, namedTask(named.studio, named.task))];
  }
  if (!isNarrowed(filter)) {
    throw new CommandError(
      `Say which task: extpost task ${act} <studio> <task>; or which tasks: --studio, --stage, --cause, --product, --query.`,
      exitCodes.wrongUse,
    );
  }
  const narrowed = only === undefined ? filter : { ...filter, query: both(only, filter.query) };
  const { rows, total } = await listTasks(client, listQuery(narrowed), MOST_AT_ONCE);
  if (total > MOST_AT_ONCE) {
    throw new CommandError(
      `${counted(total, 'task')} answer this, and at most ${MOST_AT_ONCE} are acted upon at once. Say more exactly which.`,
      exitCodes.wrongUse,
    );
  }
  if (rows.length === 0) throw new CommandError('No task answers this, so nothing was done.', exitCodes.wrongUse);
  console.log(tasksTable(rows, false));
  await confirm(`${act}: ${counted(rows.length, 'task')}?`, yes);
  return rows;
}

function both(one: string, other: string | undefined): string {
  return other === undefined || other.trim() === '' ? one : `${one} AND (${other})`;
}
