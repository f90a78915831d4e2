import { activityInfo } from '@temporalio/activity';

import { RemoteCallError } from '../../clients';
import { backoffDelay } from '../../domain/shared/backoff';
import type { TaskReference } from '../../domain/task/task';
import { taskFingerprint } from '../../domain/task/task-fingerprint';
import { readVerdict } from '../../domain/delivery/verdict';
import { formatTime } from '../../domain/shared/text';
import { pollAgain } from '../runtime/failures';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

export interface VerdictWatch {
  readonly task: TaskReference;
  /** Unix milliseconds. */
  readonly until: number;
  /** Whether the step has been Done before, so that only a late rejection ends the wait. */
  readonly isDone: boolean;
  /** Poll at once, because of an event; otherwise the first poll comes after the first wait. */
  readonly pollNow: boolean;
  /** Whether an event since the last poll says that the task was rejected. */
  readonly isRejectionReported: boolean;
}

export type VerdictObservation =
  | { readonly kind: 'rejected'; readonly rejected: readonly string[] }
  | { readonly kind: 'done' }
  /** To do again without an output that is marked as rejected: only annotations say why, or the task was reset. */
  | { readonly kind: 'reopened' }
  | { readonly kind: 'window over'; readonly isDone: boolean };

/** Polls of a submitted task: each attempt is one gateway request, and the server keeps the waits in between. */
export function createVerdictActivities(studios: Studios) {
  return {
    /** Ends when there is a verdict, or when the review window is over. */
    awaitVerdict: ({ task, until, isDone, pollNow, isRejectionReported }: VerdictWatch): Promise<VerdictObservation> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { polls } = studio.settings;
        const { attempt } = activityInfo();
        const pause = isDone ? polls.maxMs : backoffDelay(polls, Math.max(0, attempt - (pollNow ? 2 : 1)));
        const wait = Math.max(0, Math.min(pause, until - Date.now()));
        if (attempt === 1 && !pollNow) throw pollAgain('Not polled yet', wait);
        const now = await studio.creativeForce.readTask(task, signal);
        const verdict = readVerdict(now);
        if (verdict.kind === 'rejected') return verdict;
        if ((isDone || isRejectionReported) && now.status === 'to do') return { kind: 'reopened' };
        // The last poll comes after the end of the window.
        if (Date.now() >= until) return { kind: 'window over', isDone: verdict.kind === 'done' };
        if (verdict.kind === 'done' && !isDone) return { kind: 'done' };
        throw pollAgain(
          `${isDone ? 'Accepted, and nothing new' : 'No verdict yet'}; watching until ${formatTime(until)}`,
          wait,
        );
      }),

    /** For a task that was never read: `true` once it can be read, `false` when it cannot until then (Unix milliseconds). */
    awaitTask: ({ task, until }: { task: TaskReference; until: number }): Promise<boolean> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { attempt } = activityInfo();
        const wait = Math.max(0, Math.min(backoffDelay(studio.settings.polls, attempt - 1), until - Date.now()));
        // The workflow has just tried to read the task.
        if (attempt === 1) throw pollAgain('Not polled yet', wait);
        try {
          await studio.creativeForce.readTask(task, signal);
          return true;
        } catch (error) {
          if (!isGone(error)) throw error;
        }
        if (Date.now() >= until) return false;
        throw pollAgain('Creative Force does not know the task', wait);
      }),

    /** Ends when the task differs from the fingerprint `seen`, or is gone. No webhook reports a bypass. */
    awaitTaskChange: ({ task, seen }: { task: TaskReference; seen: string }): Promise<void> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { polls } = studio.settings;
        const { attempt } = activityInfo();
        // The workflow has just read the task.
        if (attempt === 1) throw pollAgain('Not polled yet', backoffDelay(polls, 0));
        try {
          const now = await studio.creativeForce.readTask(task, signal);
          if (taskFingerprint(now) !== seen) return;
        } catch (error) {
          if (isGone(error)) return;
          throw error;
        }
        throw pollAgain('The task is as it was', backoffDelay(polls, attempt - 1));
      }),
  };
}

/** What Creative Force answers for a task that it does not know or that is not ours (docs/reference/creative-force.md#silent-changes). */
function isGone(error: unknown): boolean {
  return error instanceof RemoteCallError && [400, 404, 410].includes(error.status ?? 0);
}
