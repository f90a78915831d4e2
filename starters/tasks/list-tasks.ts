import type { Client } from '@temporalio/client';

import type { AttentionCause, Stage } from '../../domain/task/task-status';
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

/** Asks Temporal for the tasks that a list filter finds. Throws TaskProblem for a filter that it does not understand. */
export async function listTasks(client: Client, query: string, limit: number): Promise<TaskList> {
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
      `Temporal does not understand the filter: ${refusal.details}. It read: ${query}`,
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
  /** Also those whose run has ended. */
  readonly all?: boolean;
}

/** Temporal's list filter for these tasks; newest first, as the server sorts them. */
export function listQuery({ studio, stage, cause, product, query, all }: TaskFilter): string {
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
    ...(query === undefined || query.trim() === '' ? [] : [`(${query})`]),
  ].join(' AND ');
}

export function isNarrowed({ studio, stage, cause, product, query }: TaskFilter): boolean {
  return [studio, stage, cause, product, query].some((each) => each !== undefined);
}

export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
