import type { Client } from '@temporalio/client';

import { CommandError, exitCodes } from '../exit-codes';
import { grpcCodes, grpcErrorOf } from '../shared/grpc-error';
import { toTaskSummary, type TaskSummary } from './task-summary';

const TIMEOUT_MS = 15_000;

/** Some tasks, newest first, and how many there are altogether. */
export interface TaskList {
  readonly rows: readonly TaskSummary[];
  readonly total: number;
}

/** Asks Temporal for the tasks that a list filter finds. Throws CommandError for a filter that it does not understand. */
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
    throw new CommandError(
      `Temporal does not understand the filter: ${refusal.details}. It read: ${query}`,
      exitCodes.wrongUse,
    );
  }
}
