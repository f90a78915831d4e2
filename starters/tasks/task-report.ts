import type { Client } from '@temporalio/client';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import type { TaskStatus } from '../../domain/task/task-status';
import { queryStatus, readDeliveryRecord } from './query-status';
import { TaskProblem } from './task-problem';
import type { TaskSummary } from './task-summary';

export interface TaskReport extends TaskSummary {
  /** What the task itself says, while it runs; of an ended one, what it said last. */
  readonly status?: TaskStatus | undefined;
  /** What a run that has ended by itself has left. */
  readonly record?: DeliveryRecord | undefined;
  /** Why the task itself says nothing. */
  readonly unanswered?: string | undefined;
}

/** Reads all that is known of a task. Of a cancelled one only its last status says what its side effects were. */
export async function readTaskReport(client: Client, row: TaskSummary): Promise<TaskReport> {
  if (row.ended !== undefined && row.endedBy === undefined)
    return { ...row, record: await readDeliveryRecord(client, row) };
  try {
    return { ...row, status: await queryStatus(client, row) };
  } catch (error) {
    if (error instanceof TaskProblem) return { ...row, unanswered: error.message };
    throw error;
  }
}
