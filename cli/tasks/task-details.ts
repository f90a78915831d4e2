import type { Client } from '@temporalio/client';

import type { TaskStatus } from '../../domain/task-status';
import { askStatus, NobodyAnswers } from './ask-task';
import { inParallel } from './in-parallel';
import type { TaskRow } from './task-row';

const AT_ONCE = 5;

/** A row, and what its task itself says; nothing for one that cannot be asked. */
export interface DetailedRow extends TaskRow {
  readonly status?: TaskStatus | undefined;
}

/** Asks each task where it stands. Throws {@link NobodyAnswers} rather than asking the rest in vain. */
export async function withDetails(client: Client, rows: readonly TaskRow[]): Promise<DetailedRow[]> {
  return inParallel(rows, AT_ONCE, async (row) => {
    try {
      return { ...row, status: await askStatus(client, row) };
    } catch (error) {
      if (error instanceof NobodyAnswers) throw error;
      return row;
    }
  });
}
