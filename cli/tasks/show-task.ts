import type { Client } from '@temporalio/client';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import type { TaskStatus } from '../../domain/task/task-status';
import { formatTime } from '../../domain/shared/text';
import { printable } from '../shared/printable';
import { CommandError } from '../exit-codes';
import { queryStatus } from './query-status';
import { recordText, statusText } from './status-text';
import { readDeliveryRecord } from './task-record';
import { stageText, type TaskSummary } from './task-summary';

/** All that is known of one task. */
export interface TaskView extends TaskSummary {
  /** What the task itself says, while it runs; of an ended one, what it said last. */
  readonly status?: TaskStatus | undefined;
  /** What a run that has ended by itself has left. */
  readonly record?: DeliveryRecord | undefined;
  /** Why the task itself says nothing. */
  readonly unanswered?: string | undefined;
}

/** Finds out all that is known of a task. Of one that was cancelled, only its last words say what had left the building. */
export async function readTaskView(client: Client, row: TaskSummary): Promise<TaskView> {
  if (row.ended !== undefined && row.endedBy === undefined)
    return { ...row, record: await readDeliveryRecord(client, row) };
  try {
    return { ...row, status: await queryStatus(client, row) };
  } catch (error) {
    if (error instanceof CommandError) return { ...row, unanswered: error.message };
    throw error;
  }
}

/** A task in words. */
export function taskText(task: TaskView): string {
  const { studio, taskId, workflowId, product, since, ended, foundBySweep, status, record, unanswered } = task;
  const run = ended === undefined ? `since ${time(since)}` : `from ${time(since)} to ${time(ended)}`;
  return [
    [studio, product, `task ${taskId}`].filter((part) => part !== undefined).join(' · '),
    `${stageText(task)}, ${run}; workflow ${workflowId}${foundBySweep ? '; found by the sweep, no webhook had come' : ''}`,
    ...(record === undefined ? [] : recordText(record)),
    ...(status === undefined ? [] : statusText(status)),
    ...(unanswered === undefined ? [] : [unanswered]),
  ]
    .map(printable)
    .join('\n');
}

function time(iso: string): string {
  return formatTime(Date.parse(iso));
}
