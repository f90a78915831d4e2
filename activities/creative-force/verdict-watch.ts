import { activityInfo } from '@temporalio/activity';

import { RemoteCallError } from '../../clients';
import { backoffDelay } from '../../domain/shared/backoff';
import type { TaskReference } from '../../domain/task/task';
import { taskFingerprint } from '../../domain/task/task-fingerprint';
import { readVerdict } from '../../domain/delivery/verdict';
import { formatTime } from '../../domain/shared/text';
import { pollAgain } from '../runtime/poll-again';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

/** What is watched: a submitted task, until the review window is over. */
export interface VerdictWatch {
  readonly task: TaskReference;
  /** Unix milliseconds. */
  readonly until: number;
  /** Whether the step was seen Done already: then only a late rejection is news. */
  readonly isDone: boolean;
  /** Look at once, because something happened; else the first look comes after the first wait. */
  readonly lookNow: boolean;
  /** Whether Creative Force told of a rejection since the last look. */
  readonly toldOfRejection: boolean;
}

export type VerdictObservation =
  | { readonly kind: 'rejected'; readonly rejected: readonly string[] }
  | { readonly kind: 'done' }
  /** To do again, although no output is marked rejected: only notes tell of it, or the task was reset. */
  | { readonly kind: 'reopened' }
  | { readonly kind: 'window over'; readonly isDone: boolean };

/** Watching what was submitted: one Creative Force request an attempt, and the server keeps the waits in between. */
export function createVerdictActivities(studios: Studios) {
  return {
    awaitVerdict: ({ task, until, isDone, lookNow, toldOfRejection }: VerdictWatch): Promise<VerdictObservation> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { polls: looks } = studio.settings;
        const { attempt } = activityInfo();
        const pause = isDone ? looks.maxMs : backoffDelay(looks, Math.max(0, attempt - (lookNow ? 2 : 1)));
        const wait = Math.max(0, Math.min(pause, until - Date.now()));
        if (attempt === 1 && !lookNow) throw pollAgain('No look yet', wait);
        const now = await studio.creativeForce.readTask(task, signal);
        const verdict = readVerdict(now);
        if (verdict.kind === 'rejected') return verdict;
        if ((isDone || toldOfRejection) && now.status === 'to do') return { kind: 'reopened' };
        // Only after a last look is the window over.
        if (Date.now() >= until) return { kind: 'window over', isDone: verdict.kind === 'done' };
        if (verdict.kind === 'done' && !isDone) return { kind: 'done' };
        throw pollAgain(
          `${isDone ? 'Accepted, and nothing new' : 'No verdict yet'}; watching until ${formatTime(until)}`,
          wait,
        );
      }),

    /** Ends once the task is not as it was `seen`, or Creative Force knows it no more: nobody tells of a bypass. */
    awaitTaskChange: ({ task, seen }: { task: TaskReference; seen: string }): Promise<void> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { polls: looks } = studio.settings;
        const { attempt } = activityInfo();
        // The task was read a moment before this watch began.
        if (attempt === 1) throw pollAgain('No look yet', backoffDelay(looks, 0));
        try {
          const now = await studio.creativeForce.readTask(task, signal);
          if (taskFingerprint(now) !== seen) return;
        } catch (error) {
          if (isGone(error)) return;
          throw error;
        }
        throw pollAgain('The task is as it was', backoffDelay(looks, attempt - 1));
      }),
  };
}

/** 400, 404 or 410 on a task that was read before (docs/reference/creative-force.md#silent-changes). */
function isGone(error: unknown): boolean {
  return error instanceof RemoteCallError && [400, 404, 410].includes(error.status ?? 0);
}
