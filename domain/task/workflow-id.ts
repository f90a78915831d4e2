import type { TaskReference } from './task';

const PREFIX = 'extpost';

/** The workflow id of a task: `extpost/<studio>/<taskId>`. The task id is written in lower case. */
export function taskWorkflowId(task: Pick<TaskReference, 'studio' | 'taskId'>): string {
  return `${PREFIX}/${task.studio}/${task.taskId.toLowerCase()}`;
}

/** Reads a workflow id made by {@link taskWorkflowId} back; `undefined` for any other id. */
export function parseTaskWorkflowId(workflowId: string): { studio: string; taskId: string } | undefined {
  const [prefix, studio, taskId, ...rest] = workflowId.split('/');
  if (prefix !== PREFIX || !studio || !taskId || rest.length > 0) return undefined;
  return { studio, taskId };
}

/** The id of a studio's listing-sweep schedule. */
export function sweepScheduleId(studio: string): string {
  return `${PREFIX}-sweep/${studio}`;
}
