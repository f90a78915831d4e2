import type { ListedTask } from '../clients';
import type { EnsureRunning } from '../domain/sweep';
import { perform } from './perform';
import { studioNamed, type Studios } from './studios';

/** Starts a task's workflow, or signals it, when the listing shows that it is missing; says what it did. */
export interface TaskEnsurer {
  readonly ensureRunning: EnsureRunning;
}

/** The sweep's second half: what the listing shows is compared with what runs here. */
export function createSweepActivities(ensurer: TaskEnsurer, studios: Studios) {
  return {
    ensureTasksRun: (request: {
      studio: string;
      rows: readonly ListedTask[];
    }): Promise<{ started: string[]; signalled: string[] }> =>
      perform(async ({ signal, report }) => {
        const started: string[] = [];
        const signalled: string[] = [];
        const { workspaces } = studioNamed(studios, request.studio);
        for (const row of request.rows) {
          signal.throwIfAborted();
          // As with webhooks: when workspaces are named, only theirs are served.
          if (workspaces !== undefined && !workspaces.includes(row.workspaceId ?? '')) continue;
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
