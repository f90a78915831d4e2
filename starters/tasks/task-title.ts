import type { TaskReference } from '../../domain/task/task';
import type { TaskEvent } from '../../domain/task/task-event';

/** The static summary of a task's workflow; the workflow shows the product once it has read the task. */
export function staticSummary(task: TaskReference, event: Pick<TaskEvent, 'productCode'>): string {
  return `${task.studio}: ${event.productCode ?? `External Post task ${task.taskId}`}`;
}

const eventTexts: Readonly<Record<TaskEvent['kind'], string>> = {
  ready: 'Creative Force says that the task is **ready to work**.',
  rejected: 'Creative Force says that the task was **rejected**.',
};

const sourceTexts: Readonly<Record<TaskEvent['source'], string>> = {
  webhook: 'It came by webhook.',
  sweep: 'It was found in the listing by the sweep; no webhook had started it.',
};

/** The static details of a task's workflow, in Markdown. */
export function staticDetails(task: TaskReference, event: TaskEvent): string {
  const when = event.happenedAt === undefined ? [] : [`- **Sent** ${new Date(event.happenedAt).toISOString()}`];
  return [
    `${eventTexts[event.kind]} ${sourceTexts[event.source]}`,
    '',
    `- **Studio** ${task.studio}`,
    `- **Task** \`${task.taskId}\` (${task.contentCreationType})`,
    `- **Event** \`${event.eventId}\``,
    ...when,
  ].join('\n');
}
