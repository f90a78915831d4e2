import type { Decisions } from '../../../domain/operator/decisions';
import { type OperatorAction, revisionOf } from '../../../domain/operator/operator-action';
import type { TaskEvent, TaskHints } from '../../../domain/task/task-event';
import type { ResumeInstruction, TaskState } from './task-state';

const REMEMBERED_EVENTS = 200;

/**
 * Whether Creative Force has told of something, or an operator wants the task to go on. `known`: ids of events that are no news,
 * because what waits now had failed although they were there.
 */
export function hasNews({ resume, pendingEvents }: TaskState, known: readonly string[] = []): boolean {
  return resume !== undefined || pendingEvents.some(({ eventId }) => !known.includes(eventId));
}

/** Takes note of an event; `false` when it was known already. */
export function receiveEvent(state: TaskState, event: TaskEvent): boolean {
  if (state.seenEventIds.includes(event.eventId)) return false;
  state.seenEventIds = [...state.seenEventIds, event.eventId].slice(-REMEMBERED_EVENTS);
  state.pendingEvents = withoutSurplus([...state.pendingEvents, event]);
  const told = Object.entries(event.hints ?? {}).filter(([, hint]) => hint !== undefined);
  if (told.length > 0) state.hints = { ...state.hints, ...(Object.fromEntries(told) as TaskHints) };
  return true;
}

/** Of too many, the oldest that only says that the task is ready is left out: a later one says the same, and a rejection more. */
function withoutSurplus(events: readonly TaskEvent[]): readonly TaskEvent[] {
  if (events.length <= REMEMBERED_EVENTS) return events;
  const ready = events.findIndex(({ kind }) => kind === 'ready');
  const surplus = Math.max(0, ready);
  return events.filter((_, at) => at !== surplus);
}

/** The events so far, to be called right before the task is read: what it says then counts. */
export function takeEvents(state: TaskState): readonly TaskEvent[] {
  const { pendingEvents } = state;
  state.pendingEvents = [];
  const times = pendingEvents.flatMap(({ source, happenedAt }) => (source === 'webhook' ? (happenedAt ?? []) : []));
  if (times.length > 0) state.newestEventAt = Math.max(state.newestEventAt ?? 0, ...times);
  return pendingEvents;
}

/** Forgets events that had happened by then (Unix milliseconds); one that does not say when is kept. */
export function dropEventsUntil(state: TaskState, moment: number): void {
  state.pendingEvents = state.pendingEvents.filter(({ happenedAt = Infinity }) => happenedAt > moment);
}

export function requestResume(state: TaskState, resume: ResumeInstruction): void {
  state.resume = resume;
}

/** The request to go on, if there is one: requested once, done once. */
export function takeResume(state: TaskState): ResumeInstruction | undefined {
  const { resume } = state;
  state.resume = undefined;
  return resume;
}

/** Whether operators have decided something about files since this revision of their decisions. */
export function hasDecidedSince({ decisions }: TaskState, revision: number | undefined): boolean {
  return revision !== undefined && decisions.revision !== revision;
}

/** Adds an action that changes nothing, or was rejected, to the record. */
export function recordAction(state: TaskState, action: OperatorAction): void {
  state.actions = [...state.actions, action];
}

/** Adds an action that counts, with what it decides about files. */
export function applyAction(state: TaskState, action: OperatorAction, decisions: Partial<Decisions> = {}): void {
  const revision = revisionOf(state.actions) + 1;
  recordAction(state, { ...action, revision });
  if (Object.keys(decisions).length > 0) state.decisions = { ...state.decisions, ...decisions, revision };
}
