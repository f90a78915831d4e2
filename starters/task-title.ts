import type { TaskReference } from '../domain/task';
import type { TaskEvent } from '../domain/task-event';

/** The one-line title of a task's workflow in the Web UI. The workflow itself shows the product once it has read it. */
export function taskSummary(task: TaskReference, event: Pick<TaskEvent, 'productCode'>): string {
  return `${task.studio}: ${event.productCode ?? `External Post task ${task.taskId}`}`;
}

const happenings: Readonly<Record<TaskEvent['kind'], string>> = {
  ready: 'Creative Force says that the task is **ready to work**.',
  rejected: 'Creative Force says that the task was **rejected**.',
};

const ways: Readonly<Record<TaskEvent['source'], string>> = {
  webhook: 'It came by webhook.',
  sweep: 'It was found in the listing by the sweep; no webhook had started it.',
};

/** What the Web UI shows beside a task's workflow from its first moment, in Markdown: who, what, and how it came. */
export function taskDetails(task: TaskReference, event: TaskEvent): string {
  const when = event.happenedAt === undefined ? [] : [`- **Sent** ${new Date(event.happenedAt).toISOString()}`];
  return [
    `${happenings[event.kind]} ${ways[event.source]}`,
    '',
    `- **Studio** ${task.studio}`,
    `- **Task** \`${task.taskId}\` (${task.contentCreationType})`,
    `- **Event** \`${event.eventId}\``,
    ...when,
  ].join('\n');
}
