import type { Client } from '@temporalio/client';

import type { TaskStatus } from '../../domain/task/task-status';
import { queryStatus, NoWorkerError } from './query-status';
import { mapInParallel } from '../shared/map-in-parallel';
import type { TaskSummary } from './task-summary';

const CONCURRENCY = 5;

/** A row, and what its task itself says; nothing for one that cannot be asked. */
export interface TaskSummaryWithStatus extends TaskSummary {
  readonly status?: TaskStatus | undefined;
}

/** Asks each task where it stands. Throws {@link NoWorkerError} rather than asking the rest in vain. */
export async function withStatuses(client: Client, rows: readonly TaskSummary[]): Promise<TaskSummaryWithStatus[]> {
  return mapInParallel(rows, CONCURRENCY, async (row) => {
    try {
      return { ...row, status: await queryStatus(client, row) };
    } catch (error) {
      if (error instanceof NoWorkerError) throw error;
      return row;
    }
  });
}
