import { createInterface } from 'node:readline/promises';

import type { Client } from '@temporalio/client';

import { pluralise } from '../../domain/shared/text';
import {
  findTask,
  isNarrowed,
  listQuery,
  listTasks,
  parseTaskName,
  type TaskFilter,
  type TaskSummary,
} from '../../starters';
import { type CommandError, usageError } from '../exit-codes';
import { mapInParallel } from '../shared/map-in-parallel';
import { terminalWidth } from '../shared/terminal-text';
import { tasksTable } from '../tasks/tasks-text';

const MAX_SELECTED = 500;
const CONCURRENCY = 20;

export interface TaskSelection extends TaskFilter {
  readonly named: { readonly studio: string | undefined; readonly task: string | undefined };
  readonly yes?: boolean;
  /** Only JSON is printed. */
  readonly json?: boolean;
}

/** The task that is named, or, after a confirmation, all that a filter and `only` find. Throws CommandError. */
export async function selectTasks(
  client: Client,
  action: string,
  { named, yes = false, ...filter }: TaskSelection,
  only?: string,
): Promise<readonly TaskSummary[]> {
  if (named.studio !== undefined) {
    if (isNarrowed(filter)) throw usageError('Name a task or use filters, not both.');
    return [await findTask(client, parseTaskName(named.studio, named.task))];
  }
  if (!isNarrowed(filter)) {
    throw usageError(
      `Name a task: extpost task ${action} <studio> <task>; or use filters: --studio, --stage, --cause, --product, --query.`,
    );
  }
  const narrowed = only === undefined ? filter : { ...filter, query: andFilter(only, filter.query) };
  const { rows, total } = await listTasks(client, listQuery(narrowed), MAX_SELECTED);
  if (total > MAX_SELECTED) throw tooMany(total);
  if (rows.length === 0) throw usageError('No matching tasks, so nothing was done.');
  if (filter.json !== true) printTable(rows);
  await confirm(`${action}: ${pluralise(rows.length, 'task')}?`, yes);
  return rows;
}

/** After a confirmation, the tasks of a filter whose newest run has ended. Throws CommandError. */
export async function selectEnded(
  client: Client,
  action: string,
  { yes = false, ...filter }: TaskFilter & { readonly yes?: boolean; readonly json?: boolean },
): Promise<readonly TaskSummary[]> {
  if (!isNarrowed(filter)) {
    throw usageError(
      `Name tasks: extpost task ${action} <studio> <task…>; or use filters: --studio, --stage, --cause, --product, --query.`,
    );
  }
  const query = listQuery({ ...filter, all: true, query: andFilter('CloseTime IS NOT NULL', filter.query) });
  const { rows, total } = await listTasks(client, query, MAX_SELECTED);
  if (total > MAX_SELECTED) throw tooMany(total);
  const newest = await mapInParallel(rows, CONCURRENCY, async (row) => {
    const { runId } = await client.workflow.getHandle(row.workflowId).describe();
    return runId === row.runId;
  });
  const ended = rows.filter((_, index) => newest[index]);
  if (ended.length === 0) throw usageError('No matching tasks that have ended, so nothing was done.');
  if (filter.json !== true) printTable(ended);
  await confirm(`${action}: ${pluralise(ended.length, 'task')}?`, yes);
  return ended;
}

function printTable(rows: readonly TaskSummary[]): void {
  console.log(tasksTable(rows, { time: { now: Date.now(), utc: false }, width: terminalWidth() }));
}

function tooMany(total: number): CommandError {
  return usageError(
    `${pluralise(total, 'task')} match, and at most ${MAX_SELECTED} can be changed at once. Narrow the filters.`,
  );
}

function andFilter(one: string, other: string | undefined): string {
  return other === undefined || other.trim() === '' ? one : `${one} AND (${other})`;
}

/** Asks for confirmation, unless `--yes` gives it. Throws CommandError for a no, and where nobody can be asked. */
async function confirm(question: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw usageError('Nothing was done: add --yes to confirm.');
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await asking.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw usageError('Nothing was done.');
  } finally {
    asking.close();
  }
}
