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

/** The workflow type and the signal of a group of notices. */
export const NOTIFICATION_GROUP = 'notificationGroup';
export const NOTICE_SIGNAL = 'notice';

export interface NotificationGroupInput {
  /** How long the first message waits for further notices, in milliseconds. */
  readonly waitMs: number;
}

/** Notices of one studio, kind and cause go into one message. */
export function groupWorkflowId({ task, kind, cause }: NotificationInput): string {
  const about = [kind, ...(cause === undefined ? [] : [cause])].map((part) => part.replaceAll(' ', '-'));
  return `extpost-notifications/${task.studio}/${about.join('/')}`;
}

/** One message for several tasks with the same cause. */
export interface GroupNotification extends Omit<Notification, 'task' | 'product' | 'workflowId'> {
  readonly count: number;
  /** The first ones. */
  readonly tasks: readonly Pick<Notification, 'task' | 'product' | 'sentence' | 'workflowId'>[];
}

const MOST_LISTED = 50;

/** The message for notices of one studio, kind and cause; a single one is told as ever. */
export function toGroupNotification(
  notices: readonly [NotificationInput, ...NotificationInput[]],
): Notification | GroupNotification {
  const [first] = notices;
  const { kind, task, cause } = first;
  if (notices.length === 1) return toNotification(first);
  const about = cause === undefined ? kind : `${kind} (${cause})`;
  const subject = `${task.studio} · ${notices.length} tasks: ${about}`;
  // Commands that name a task are of no use for the others.
  const nextActions = first.nextActions.filter((action) => notices.every((one) => one.nextActions.includes(action)));
  const tasks = notices.slice(0, MOST_LISTED).map((notice) => {
    const { task: taskId, product, sentence, workflowId } = toNotification(notice);
    return { task: taskId, product, sentence, workflowId };
  });
  const more = notices.length - tasks.length;
  const sentence = `${notices.length} tasks: ${first.sentence}`;
  const text = [
    sentence,
    ...(nextActions.length > 0 ? ['', 'Possible actions:', ...nextActions.map((action) => `- ${action}`)] : []),
    '',
    'Tasks:',
    ...tasks.map((one) => `- ${one.product} (${one.task}): ${one.sentence}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
  return { kind, studio: task.studio, cause, sentence, nextActions, subject, text, count: notices.length, tasks };
}
