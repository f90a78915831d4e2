import type { TaskReference } from './task';

const PREFIX = 'extpost';

/** The workflow id of a task: `extpost/<studio>/<taskId>`, in lower case. */
export function taskWorkflowId(task: Pick<TaskReference, 'studio' | 'taskId'>): string {
  return `${PREFIX}/${task.studio}/${task.taskId.toLowerCase()}`;
}

/** Parses an id made by {@link taskWorkflowId}; `undefined` for any other. */
export function parseTaskWorkflowId(workflowId: string): { studio: string; taskId: string } | undefined {
  const [prefix, studio, taskId, ...rest] = workflowId.split('/');
  if (prefix !== PREFIX || !studio || !taskId || rest.length > 0) return undefined;
  return { studio, taskId };
}

/** The id of a studio's listing-sweep schedule. */
export function sweepScheduleId(studio: string): string {
  return `${PREFIX}-sweep/${studio}`;
}
