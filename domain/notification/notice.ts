import type { Attention } from '../task/task-status';
import type { TaskReference } from '../task/task';

export type NoticeKind = 'needs attention' | 'still needs attention' | 'deadline near' | 'deadline passed';

/** What one task has to tell. It goes through histories, so it holds no secret. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly task: TaskReference;
  /** Product, else deliverable, else task id. */
  readonly title: string;
  readonly cause?: Attention['cause'] | undefined;
  readonly sentence: string;
  readonly nextActions: readonly string[];
  /** When the task is due; Unix milliseconds. */
  readonly due?: number | undefined;
}

/** Whether a value has what a message is made of: from the Web UI anybody can send a signal with any content. */
export function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, task, title, sentence, nextActions } = value as Partial<Record<keyof Notice, unknown>>;
  if (typeof task !== 'object' || task === null) return false;
  const { studio, taskId } = task as Partial<Record<keyof TaskReference, unknown>>;
  return (
    [kind, title, sentence, studio, taskId].every((text) => typeof text === 'string') && Array.isArray(nextActions)
  );
}

/** The workflow type and the signal of a group of notices. */
export const NOTIFICATION_GROUP = 'notificationGroup';
export const NOTICE_SIGNAL = 'notice';

export interface NotificationGroupInput {
  /** How long the first message waits for further notices, in milliseconds. */
  readonly waitMs: number;
}

/** Notices of one studio, kind and cause, of which one message is made. */
export interface NoticeGroup {
  /** At most {@link MOST_LISTED}; the first ones that came. */
  readonly notices: readonly [Notice, ...Notice[]];
  /** How many tasks there are in all. */
  readonly count: number;
}

/** So many tasks of a group are listed in its message; the others are counted. */
export const MOST_LISTED = 50;

/** Notices of one studio, kind and cause go into one message. */
export function groupWorkflowId({ task, kind, cause }: Notice): string {
  const about = [kind, ...(cause === undefined ? [] : [cause])].map((part) => part.replaceAll(' ', '-'));
  return `extpost-notifications/${task.studio}/${about.join('/')}`;
}
