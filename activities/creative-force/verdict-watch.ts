import { activityInfo } from '@temporalio/activity';

import { isPassing, RemoteCallError, type CreativeForceClient } from '../../clients';
import { isGoneStatus } from '../../domain/delivery/refusals';
import {
  lookAtNotes,
  lookForVerdict,
  type VerdictObservation,
  type VerdictWatch,
} from '../../domain/delivery/verdict-watch';
import { backoffDelay } from '../../domain/shared/backoff';
import { formatTime } from '../../domain/shared/text';
import type { Annotation, Task, TaskReference } from '../../domain/task/task';
import { taskFingerprint } from '../../domain/task/task-fingerprint';
import { pollAgain } from '../runtime/failures';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

/** The share of all requests that a studio has for looks at tasks that Creative Force does not show. */
const SHARE_OF_UNKNOWN = 0.1;

/**
 * Polls of a submitted task: each attempt is one look, and the server keeps the waits in between. `requestsPerSecond`: what may
 * be sent to the gateway.
 */
export function createVerdictActivities(studios: Studios, requestsPerSecond: number) {
  const whenUnknown = spreadLooks(SHARE_OF_UNKNOWN * requestsPerSecond);
  return {
    /**
     * Ends when there is a verdict or a change to show, or when the review window is over. While the task or its notes cannot
     * be read, what the other says counts.
     */
    awaitVerdict: (watch: VerdictWatch): Promise<VerdictObservation> =>
      runActivity(async ({ signal, lastHeartbeat, heartbeat }) => {
        const { task: reference, until, isDone, pollNow } = watch;
        const { creativeForce, settings } = getStudio(studios, reference.studio);
        const { attempt } = activityInfo();
        const looksBefore = Math.max(0, attempt - (pollNow ? 2 : 1));
        const pause = isDone ? settings.polls.maxMs : backoffDelay(settings.polls, looksBefore);
        const untilEnd = Math.max(0, until - Date.now());
        if (attempt === 1 && !pollNow) throw pollAgain('Not polled yet', Math.min(pause, untilEnd));
        const detail = await unlessPassing(creativeForce.readTask(reference, signal), signal);
        if (detail.fault !== undefined) {
          const notes = await readNotes(creativeForce, reference, signal).catch(() => undefined);
          const told = lookAtNotes(watch, notes ?? []);
          if (told !== undefined) return told;
          throw detail.fault;
        }
        const { value: task } = detail;
        const now = Date.now();
        const byTask = lookForVerdict(watch, { task, annotations: undefined, now });
        // What the task shows itself needs no notes.
        if (byTask.kind !== 'again' && isSaidByTask(byTask, task)) return byTask;
        const notes = await unlessPassing(readNotes(creativeForce, reference, signal), signal);
        if (notes.fault === undefined) {
          const look = lookForVerdict(watch, { task, annotations: notes.value, now });
          if (look.kind !== 'again') return look;
          const wait = Math.min(pause, untilEnd, look.withinMs ?? pause);
          throw pollAgain(`${look.state}; watching until ${formatTime(until)}`, wait);
        }
        // A note could say that what looks like a reset, or like no verdict, is a rejection; so notes are waited for.
        const unreadSince = unreadNotesSince(lastHeartbeat) ?? now;
        heartbeat({ unreadNotesSince: unreadSince });
        const isLate = now - unreadSince >= watch.unclearAfterMs;
        if (byTask.kind === 'changed' || (isLate && byTask.kind !== 'again')) return byTask;
        const { message, retryAfterMs = 0 } = notes.fault;
        const wait = Math.max(Math.min(pause, MAX_WAIT_FOR_NOTES_MS), retryAfterMs);
        throw pollAgain(`The rejection notes cannot be read: ${message} Watching until ${formatTime(until)}`, wait);
      }),

    /** For a task that was never read: `true` once it can be read, `false` when it cannot until then (Unix milliseconds). */
    awaitTask: ({ task, until }: { task: TaskReference; until: number }): Promise<boolean> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { attempt } = activityInfo();
        const pause = Math.max(0, Math.min(backoffDelay(studio.settings.polls, attempt - 1), until - Date.now()));
        // The workflow has just tried to read the task.
        if (attempt === 1) throw pollAgain('Not polled yet', whenUnknown(task.studio, pause));
        try {
          await studio.creativeForce.readTask(task, signal);
          return true;
        } catch (error) {
          if (!isGone(error)) throw error;
        }
        if (Date.now() >= until) return false;
        throw pollAgain('Creative Force does not know the task', whenUnknown(task.studio, pause));
      }),

    /**
     * Ends when the task differs from the fingerprint `seen`, has a rejection note that is not among `notes` (ids; absent:
     * notes are not read), or is gone. No webhook reports a bypass.
     */
    awaitTaskChange: ({ task, seen, notes }: TaskChangeWatch): Promise<void> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, task.studio);
        const { polls } = studio.settings;
        const { attempt } = activityInfo();
        // The workflow has just read the task.
        if (attempt === 1) throw pollAgain('Not polled yet', backoffDelay(polls, 0));
        try {
          const now = await unlessPassing(studio.creativeForce.readTask(task, signal), signal);
          if (now.fault === undefined && taskFingerprint(now.value) !== seen) return;
          if (notes !== undefined && hasNewNote(await readNotes(studio.creativeForce, task, signal), notes)) return;
          if (now.fault !== undefined) throw now.fault;
        } catch (error) {
          if (isGone(error)) return;
          throw error;
        }
        throw pollAgain('The task has not changed', backoffDelay(polls, attempt - 1));
      }),
  };
}

const MAX_WAIT_FOR_NOTES_MS = 60_000;

/** An answer, or the fault instead of it that may pass by itself; any other fault is thrown. */
async function unlessPassing<T>(
  answer: Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly value: T; readonly fault?: undefined } | { readonly fault: RemoteCallError }> {
  try {
    return { value: await answer };
  } catch (error) {
    signal.throwIfAborted();
    if (!isPassing(error)) throw error;
    return { fault: error };
  }
}

/** Since when, by the heartbeat of the attempt before, the notes have not been readable; Unix milliseconds. */
function unreadNotesSince(report: unknown): number | undefined {
  const { unreadNotesSince: since } = (report ?? {}) as { readonly unreadNotesSince?: unknown };
  return typeof since === 'number' ? since : undefined;
}

interface TaskChangeWatch {
  readonly task: TaskReference;
  readonly seen: string;
  readonly notes?: readonly string[] | undefined;
}

function hasNewNote(annotations: readonly Annotation[] = [], known: readonly string[]): boolean {
  return annotations.some(({ kind, annotationId }) => kind === 'rejection' && !known.includes(annotationId));
}

/**
 * Whether no notes are needed: the first sight of Done is reported at once and watched on. A task that is Done at the end
 * of its window is accepted, because another read would be a seventh request for every delivery.
 */
function isSaidByTask(look: VerdictObservation, task: Task): boolean {
  const isAccepted = look.kind === 'window over' && task.status === 'done';
  return look.kind === 'done' || isAccepted || (look.kind === 'rejected' && look.rejection.isShown);
}

function isGone(error: unknown): boolean {
  return error instanceof RemoteCallError && isGoneStatus(error.status);
}

/** `undefined` where the role may not read them, or the studio has no such call: then everything else decides. */
export async function readNotes(
  client: Pick<CreativeForceClient, 'readAnnotations'>,
  task: TaskReference,
  signal: AbortSignal,
): Promise<Annotation[] | undefined> {
  try {
    return await client.readAnnotations(task, signal);
  } catch (error) {
    if (error instanceof RemoteCallError && (error.kind === 'forbidden' || error.kind === 'not found')) {
      return undefined;
    }
    throw error;
  }
}

/** Chooses when the next look is: its delay, made longer where the time is taken. Milliseconds. */
export type LookSpread = (studio: string, delayMs: number) => number;

/**
 * Spreads looks over time, so that there are at most `perSecond` for each studio. For what can come in any number: otherwise they would
 * wait for the gateway's budget in the places of activities that others need.
 */
export function spreadLooks(perSecond: number, now = Date.now): LookSpread {
  const widthMs = 1_000 / perSecond;
  /** The taken parts of time, by their number since 1970; one look in each. */
  const takenOf = new Map<string, Set<number>>();
  return (studio, delayMs) => {
    const at = now();
    const taken = takenOf.get(studio) ?? new Set();
    takenOf.set(studio, taken);
    for (const part of taken) if ((part + 1) * widthMs < at) taken.delete(part);
    let part = Math.floor((at + delayMs) / widthMs);
    while (taken.has(part)) part += 1;
    taken.add(part);
    return Math.max(delayMs, Math.ceil(part * widthMs - at));
  };
}
