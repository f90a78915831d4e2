import type { Attention } from '../task/task-status';
import type { TaskReference } from '../task/task';
import { taskWorkflowId } from '../task/workflow-id';

/** Why people are told: a task was parked, has been parked for long, is due soon, or is late. */
export type NotificationKind = 'needs attention' | 'still needs attention' | 'deadline near' | 'deadline passed';

/** What people are told of a task, before it is put in words. */
export interface NotificationInput {
  readonly kind: NotificationKind;
  readonly task: TaskReference;
  /** What the task is called by: product, else deliverable, else its id. */
  readonly title: string;
  readonly cause?: Attention['cause'] | undefined;
  readonly sentence: string;
  readonly nextActions: readonly string[];
}

/** What is posted: data for a program, and a text that can go out as an e-mail as it stands. */
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

/** What is posted of a studio as a whole: its listing has not been swept for too long. */
export interface StudioNotification extends Pick<
  Notification,
  'studio' | 'sentence' | 'nextActions' | 'subject' | 'text'
> {
  readonly kind: 'sweep overdue';
}

/** Puts in words that a studio's listing has not been swept; the sentence says what to do. */
export function overdueSweepNotification(studio: string, sentence: string): StudioNotification {
  const subject = `${studio}: the listing is not swept`;
  return { kind: 'sweep overdue', studio, sentence, nextActions: [], subject, text: sentence };
}

/** Puts a notice in words. */
export function toNotification({ kind, task, title, cause, sentence, nextActions }: NotificationInput): Notification {
  const { studio, taskId } = task;
  const workflowId = taskWorkflowId(task);
  const about = cause === undefined ? kind : `${kind} (${cause})`;
  const subject = `${studio} · ${title}: ${about}`;
  const text = [
    sentence,
    ...(nextActions.length > 0 ? ['', 'What can be done:', ...nextActions.map((action) => `- ${action}`)] : []),
    '',
    `Task ${taskId} of ${studio}; in Temporal's Web UI it is the workflow ${workflowId}.`,
  ].join('\n');
  return { kind, studio, task: taskId, product: title, cause, sentence, nextActions, workflowId, subject, text };
}
