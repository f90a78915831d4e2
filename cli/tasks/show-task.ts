import type { Client } from '@temporalio/client';

import type { DeliveryRecord } from '../../domain/delivery-record';
import type { TaskStatus } from '../../domain/task-status';
import { clockTime } from '../../domain/words';
import { printable } from '../celtra/printable';
import { CommandError } from '../exit-codes';
import { askStatus } from './ask-task';
import { recordText, statusText } from './status-text';
import { readRecord } from './task-record';
import { stageText, type TaskRow } from './task-row';

/** All that is known of one task. */
export interface ShownTask extends TaskRow {
  /** What the task itself says, while it runs; of an ended one, what it said last. */
  readonly status?: TaskStatus | undefined;
  /** What a run that has ended by itself has left. */
  readonly record?: DeliveryRecord | undefined;
  /** Why the task itself says nothing. */
  readonly unanswered?: string | undefined;
}

/** Finds out all that is known of a task. Of one that was cancelled, only its last words say what had left the building. */
export async function lookAtTask(client: Client, row: TaskRow): Promise<ShownTask> {
  if (row.ended !== undefined && row.endedBy === undefined) return { ...row, record: await readRecord(client, row) };
  try {
    return { ...row, status: await askStatus(client, row) };
  } catch (error) {
    if (error instanceof CommandError) return { ...row, unanswered: error.message };
    throw error;
  }
}

/** A task in words. */
export function taskText(task: ShownTask): string {
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
  return clockTime(Date.parse(iso));
}
