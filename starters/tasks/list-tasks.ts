import type { Client } from '@temporalio/client';

import { workingStages, type AttentionCause, type Stage } from '../../domain/task/task-status';
import { EXTERNAL_POST_TASK } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { grpcCodes, grpcErrorOf } from '../../temporal';
import { type TaskSummary, toTaskSummary } from './task-summary';
import { TaskProblem } from './task-problem';

const TIMEOUT_MS = 15_000;

/** Some tasks, newest first, and how many there are altogether. */
export interface TaskList {
  readonly rows: readonly TaskSummary[];
  readonly total: number;
}

export const taskOrders = ['newest', 'due'] as const;
export type TaskOrder = (typeof taskOrders)[number];

/** Temporal's SQL databases cannot sort, so as many tasks are read before they are sorted here. */
const MAX_SORTED = 10_000;

/** Asks Temporal for the tasks that a list filter finds. Throws TaskProblem for a filter that it does not understand. */
export async function listTasks(
  client: Client,
  query: string,
  limit: number,
  order: TaskOrder = 'newest',
): Promise<TaskList> {
  if (order === 'newest') return readTasks(client, query, limit);
  const { rows, total } = await readTasks(client, query, Math.max(limit, MAX_SORTED));
  return { rows: rows.toSorted((one, other) => dueTime(one) - dueTime(other)).slice(0, limit), total };
}

/** Tasks without a deadline come last. */
function dueTime({ due }: TaskSummary): number {
  return due === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(due);
}

async function readTasks(client: Client, query: string, limit: number): Promise<TaskList> {
  try {
    return await client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      const rows: TaskSummary[] = [];
      for await (const run of client.workflow.list({ query, pageSize: Math.min(limit + 1, 1000) })) {
        rows.push(toTaskSummary(run));
        if (rows.length > limit) break;
      }
      const isMore = rows.length > limit;
      const total = isMore ? (await client.workflow.count(query)).count : rows.length;
      return { rows: rows.slice(0, limit), total };
    });
  } catch (error) {
    const refusal = grpcErrorOf(error);
    if (refusal?.code !== grpcCodes.invalidArgument) throw error;
    throw new TaskProblem(
      'wrong request',
      `Temporal does not understand the filter: ${refusal.details}. The filter was: ${query}`,
    );
  }
}

export interface TaskFilter {
  readonly studio?: string;
  readonly stage?: Stage;
  readonly cause?: AttentionCause;
  readonly product?: string;
  /** Temporal's own list filter, which must hold too. */
  readonly query?: string;
  /** Only those whose deadline has passed before they were submitted. */
  readonly overdue?: boolean;
  /** Also those whose run has ended. */
  readonly all?: boolean;
}

/** Temporal's list filter for these tasks; newest first, as the server sorts them. */
export function listQuery(
  { studio, stage, cause, product, query, overdue, all }: TaskFilter,
  now = Date.now(),
): string {
  const wanted: [string, string | undefined][] = [
    [searchAttributes.studio.name, studio],
    [searchAttributes.stage.name, stage],
    [searchAttributes.cause.name, cause],
    [searchAttributes.product.name, product],
  ];
  return [
    `WorkflowType = ${quoted(EXTERNAL_POST_TASK)}`,
    // A run that went on as another one has not ended.
    all === true ? `ExecutionStatus != 'ContinuedAsNew'` : 'CloseTime IS NULL',
    ...wanted.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])),
    ...(overdue === true ? [overdueQuery(now)] : []),
    ...(query === undefined || query.trim() === '' ? [] : [`(${query})`]),
  ].join(' AND ');
}

export function isNarrowed({ studio, stage, cause, product, query, overdue }: TaskFilter): boolean {
  return [studio, stage, cause, product, query, overdue].some((each) => each !== undefined);
}

function overdueQuery(now: number): string {
  const open = workingStages.map(quoted).join(', ');
  return `${searchAttributes.due.name} < ${quoted(new Date(now).toISOString())} AND ${searchAttributes.stage.name} IN (${open})`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
