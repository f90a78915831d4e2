import type { Client } from '@temporalio/client';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import type { KeptPicture } from '../../domain/delivery/kept-picture';
import type { TaskStatus } from '../../domain/task/task-status';
import { queryStatus, readDeliveryRecord, TaskProblem, type TaskSummary } from '../../starters';
import type { PictureReader } from '../pictures/read-pictures';

const ANSWER_WITHIN_MS = 3_000;

/** All that the page of a task shows. */
export interface TaskReading {
  readonly summary: TaskSummary;
  /** What the task's workflow says, also after its end; absent when no worker answers. */
  readonly status?: TaskStatus | undefined;
  /** What a run that has ended has left. */
  readonly record?: DeliveryRecord | undefined;
  /** Why the workflow says nothing. */
  readonly unanswered?: string | undefined;
  readonly pictures: readonly KeptPicture[];
}

/** Reads a task for its page. A worker or a storage that does not answer leaves its part out. */
export async function readTask(client: Client, pictures: PictureReader, summary: TaskSummary): Promise<TaskReading> {
  const [answer, record, kept] = await Promise.all([
    statusOf(client, summary),
    summary.ended === undefined ? undefined : readDeliveryRecord(client, summary),
    pictures.list(summary),
  ]);
  return { summary, record, pictures: kept, ...answer };
}

async function statusOf(client: Client, summary: TaskSummary): Promise<Pick<TaskReading, 'status' | 'unanswered'>> {
  try {
    return { status: await queryStatus(client, summary, ANSWER_WITHIN_MS) };
  } catch (error) {
    if (error instanceof TaskProblem) return { unanswered: error.message };
    throw error;
  }
}
