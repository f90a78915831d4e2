import type { Attention } from '../task/task-status';
import type { TaskReference } from '../task/task';
import { taskWorkflowId } from '../task/workflow-id';

export type NotificationKind = 'needs attention' | 'still needs attention' | 'deadline near' | 'deadline passed';

export interface NotificationInput {
  readonly kind: NotificationKind;
  readonly task: TaskReference;
  /** Product, else deliverable, else task id. */
  readonly title: string;
  readonly cause?: Attention['cause'] | undefined;
  readonly sentence: string;
  readonly nextActions: readonly string[];
}

/** The posted JSON: data for programs, and a text that can be sent as an e-mail unchanged. */
export interface Notification {
  readonly kind: NotificationKind;
  readonly studio: string;
  readonly task: string;
  readonly product: string;
  readonly cause?: string | undefined;
  readonly sentence: string;
  readonly nextActions: readonly string[];
  readonly workflowId: string;
  readonly subject: string;
  readonly text: string;
}

export interface StudioNotification extends Pick<
  Notification,
  'studio' | 'sentence' | 'nextActions' | 'subject' | 'text'
> {
  readonly kind: 'sweep overdue';
}

/** A notification that a studio's listing has not been swept; the sentence says what to do. */
export function overdueSweepNotification(studio: string, sentence: string): StudioNotification {
  const subject = `${studio}: the listing is not swept`;
  return { kind: 'sweep overdue', studio, sentence, nextActions: [], subject, text: sentence };
}

export function toNotification({ kind, task, title, cause, sentence, nextActions }: NotificationInput): Notification {
  const { studio, taskId } = task;
  const workflowId = taskWorkflowId(task);
  const about = cause === undefined ? kind : `${kind} (${cause})`;
  const subject = `${studio} · ${title}: ${about}`;
  const text = [
    sentence,
    ...(nextActions.length > 0 ? ['', 'Possible actions:', ...nextActions.map((action) => `- ${action}`)] : []),
    '',
    `Task ${taskId} of ${studio}; in Temporal's Web UI it is the workflow ${workflowId}.`,
  ].join('\n');
  return { kind, studio, task: taskId, product: title, cause, sentence, nextActions, workflowId, subject, text };
}
