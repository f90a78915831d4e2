import type { ListedTask } from '../clients';
import type { EnsureRunning } from '../domain/sweep';
import { perform } from './perform';

/** Starts a task's workflow, or signals it, when the listing shows that it is missing; says what it did. */
export interface TaskEnsurer {
  readonly ensureRunning: EnsureRunning;
}

/** The sweep's second half: what the listing shows is compared with what runs here. */
export function createSweepActivities(ensurer: TaskEnsurer) {
  return {
    ensureTasksRun: (request: {
      studio: string;
      rows: readonly ListedTask[];
    }): Promise<{ started: string[]; signalled: string[] }> =>
      perform(async ({ signal, report }) => {
        const started: string[] = [];
        const signalled: string[] = [];
        for (const row of request.rows) {
          signal.throwIfAborted();
          const task = { studio: request.studio, taskId: row.taskId, contentCreationType: row.contentCreationType };
          const { action } = await ensurer.ensureRunning(task, row);
          if (action === 'start') started.push(row.taskId);
          if (action === 'signal') signalled.push(row.taskId);
          report({ taskId: row.taskId });
        }
        return { started, signalled };
      }),
  };
}
