import { STALE_READ_MS } from '../delivery/last-submission';
import type { StepStatus, TaskReference } from '../task/task';
import type { TaskEvent } from '../task/task-event';
import { workingStages } from '../task/task-status';

/** A row of Creative Force's listing (docs/reference/assumptions.md#listing). */
export interface ListingRow {
  readonly status: StepStatus;
  /** The name that Creative Force gives, else the number. */
  readonly statusText?: string | undefined;
  readonly isRejected?: boolean | undefined;
  readonly productCode?: string | undefined;
  readonly jobCode?: string | undefined;
}

/** The studio's role may not read the listing: a state of the studio, not a failure of the sweep. */
export interface ListingRefusal {
  /** Method and path template, e.g. `GET /extpost/tasks`. */
  readonly endpoint: string;
  readonly code?: string | undefined;
}

export interface SweepWarning {
  readonly sentence: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface UnreadableRows {
  readonly count: number;
  /** Distinct faults, by JSON path. */
  readonly faults: readonly string[];
}

/** The result of a sweep. Task ids, except for `notified`. */
export interface SweepResult {
  readonly listed: number;
  readonly started: readonly string[];
  /** The started tasks for which no webhook had come. */
  readonly found?: readonly string[] | undefined;
  readonly signalled: readonly string[];
  /** Tasks that are running here but no longer listed; their runs were signalled to re-read the task. */
  readonly unlisted?: readonly string[] | undefined;
  readonly unread?: UnreadableRows | undefined;
  /** Ids of sent events, so that the next sweep does not send them again. */
  readonly notified?: readonly string[] | undefined;
  readonly warning?: SweepWarning | undefined;
}

export interface SweptRowsResult {
  readonly started: string[];
  readonly signalled: string[];
  readonly found: string[];
  readonly notified: string[];
}

export interface UnlistedRunsResult {
  readonly unlisted: string[];
  /** Ids of sent events, including those of earlier sweeps that still apply. */
  readonly notified: string[];
}

/** The last run of a task's workflow, as Temporal describes it; `none` when there is none. */
export interface LastRun {
  readonly status:
    | 'none'
    | 'running'
    | 'paused'
    | 'completed'
    | 'cancelled'
    | 'terminated'
    | 'failed'
    | 'timed out'
    /** A status that this version of extpost does not know. */
    | 'unknown';
  readonly stage?: string | undefined;
  readonly round?: number | undefined;
  readonly triggerEventId?: string | undefined;
  /** It is among many of its studio, and has not begun yet. */
  readonly isDelayed?: boolean | undefined;
  /** Its result, if it completed and the record could be read. */
  readonly end?: LastEnd | undefined;
}

export interface LastEnd {
  /** An outcome of `DeliveryRecord`. */
  readonly outcome: string;
  readonly hasDelivered: boolean;
  readonly lastStatus?: string | undefined;
}

/** The sweep's decision about one listed task, with a reason for people. */
export interface SweepDecision {
  readonly action: 'start' | 'signal' | 'leave';
  readonly reason: string;
}

export interface SweepOutcome extends SweepDecision {
  readonly workflowId: string;
  /** The id of the event that was sent, now or by an earlier sweep. */
  readonly eventId?: string | undefined;
  /** No webhook had come for it. */
  readonly isFound?: boolean | undefined;
  /** Set if a person has terminated the last run of a task that is still open. */
  readonly terminated?: TerminatedRun | undefined;
}

/** A run that could not record its own end. */
export interface TerminatedRun {
  /** The first execution run id. */
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Throws when Temporal does not answer. */
export type EnsureRunning = (task: TaskReference, row: ListingRow, sweep?: SweepContext) => Promise<SweepOutcome>;

export interface SweepContext {
  /** Ids of events that earlier sweeps sent. */
  readonly notified?: ReadonlySet<string> | undefined;
  /** When the listing was read; Unix milliseconds. */
  readonly readAt?: number | undefined;
}

export interface CompleteListing {
  readonly studio: string;
  readonly taskIds: readonly string[];
  /** Ids of events that earlier sweeps sent. */
  readonly notified: readonly string[];
  /** Unix milliseconds; a run that started later may be missing from the listing. */
  readonly readFrom: number;
}

/** Throws when Temporal does not answer. */
export type NotifyUnlisted = (listing: CompleteListing) => Promise<UnlistedRunsResult>;

/** By its flag or its status (docs/reference/assumptions.md#rejection). */
export function isRejectedRow(row: ListingRow): boolean {
  return row.isRejected === true || row.status === 'rejected';
}

/** Starts a missing run, signals a rejection to a waiting one, and never restarts what a person stopped. */
export function decideSweep(lastRun: LastRun, row: ListingRow, eventId?: string): SweepDecision {
  const rejected = isRejectedRow(row);
  if ((row.status === 'done' || row.status === 'bypassed') && !rejected) return leave(`the task is ${row.status}`);
  switch (lastRun.status) {
    case 'none':
      return start('Temporal knows no run of this task');
    case 'failed':
    case 'timed out':
      return start(`the last run ${lastRun.status === 'failed' ? 'failed' : 'timed out'} and the task is still open`);
    case 'completed':
      return afterCompleted(lastRun, row, rejected, eventId);
    case 'running':
      return whileRunning(lastRun, row, rejected);
    case 'cancelled':
    case 'terminated':
    case 'paused':
      return leave(`an operator ${lastRun.status} it`);
    case 'unknown':
      return leave('Temporal reports a state of the last run that extpost does not know');
  }
}

/**
 * A waiting run is told again after this time, because the first row may have been older than its submission: of a rejection
 * by the next sweep, since the run ends that wait within minutes; of To Do rarely, since a listing may never catch up.
 */
const TELL_AGAIN_AFTER_MS = { rejected: STALE_READ_MS, ready: 10 * 60 * 1000 } as const;

/**
 * The same news has the same id, so that repeats are ignored; a waiting run's id changes with time. `readAt`: when the
 * listing was read; Unix milliseconds.
 */
export function sweepEvent(
  task: Pick<TaskReference, 'taskId'>,
  row: ListingRow,
  lastRun: LastRun,
  readAt: number,
): TaskEvent {
  const { productCode, jobCode } = row;
  const hasHints = productCode !== undefined || jobCode !== undefined;
  const kind = isRejectedRow(row) ? 'rejected' : 'ready';
  const news = kind === 'rejected' ? 'rejected' : row.status.replaceAll(' ', '-');
  // The rejection of the next round is a new event.
  const round = lastRun.round === undefined ? '' : `/round-${lastRun.round}`;
  const during = lastRun.status === 'running' ? `${round}/${Math.floor(readAt / TELL_AGAIN_AFTER_MS[kind])}` : '';
  return {
    kind,
    source: 'sweep',
    eventId: `${sweepId(task)}/${news}${during}`,
    happenedAt: readAt,
    ...(hasHints && { hints: { productCode, jobCode } }),
    ...(kind === 'rejected' && { says: whatRowSays(row) }),
  };
}

function whatRowSays({ status, statusText }: ListingRow): string {
  return status === 'rejected'
    ? `status ${statusText ?? 'Rejected'} in the listing`
    : 'marked as rejected in the listing';
}

/** The event for a run whose task may have been bypassed, deleted, reassigned or finished by hand. */
export function unlistedEvent(task: Pick<TaskReference, 'taskId'>, runId: string): TaskEvent {
  return { kind: 'ready', source: 'sweep', eventId: `${sweepId(task)}/not-listed/${runId}` };
}

function sweepId({ taskId }: Pick<TaskReference, 'taskId'>): string {
  return `sweep/${taskId.toLowerCase()}`;
}

function afterCompleted(
  { stage, end, triggerEventId }: LastRun,
  row: ListingRow,
  rejected: boolean,
  eventId: string | undefined,
): SweepDecision {
  // A cancelled run completes after its cleanup, so only the stage tells that it was cancelled.
  if (stage === 'Cancelled') return leave('an operator cancelled it');
  if (stage === 'Abandoned') return leave('an operator abandoned it');
  if (end?.outcome === 'gone' && end.lastStatus === row.status) {
    return leave('Creative Force no longer gave it to us, and its row in the listing has not changed since');
  }
  if (end?.outcome === 'left out' && end.lastStatus === row.status) {
    return leave('an operator skipped everything that was due, and its row in the listing has not changed since');
  }
  if (end?.hasDelivered === false && triggerEventId !== undefined && triggerEventId === eventId) {
    return leave('its last run was started for the same row, and had nothing to deliver');
  }
  if (rejected) return start('the task was rejected after its last run had ended');
  if (row.status === 'to do') return start('the task is to do again after its last run had ended');
  return leave('the last run completed');
}

const reviewStages: ReadonlySet<string> = new Set(['Awaiting verdict', 'Done']);

function whileRunning(lastRun: LastRun, row: ListingRow, rejected: boolean): SweepDecision {
  // Only of tasks that the listing does not show it is unsure whether there are any.
  if (lastRun.isDelayed === true) return { action: 'signal', reason: 'it waits for its turn, and the task is listed' };
  if (!rejected) {
    const isReopened = row.status === 'to do' && reviewStages.has(lastRun.stage ?? '');
    if (isReopened) return { action: 'signal', reason: 'the task is to do again while its run waits for a verdict' };
    return leave('it is running');
  }
  if (workingStages.some((stage) => stage === lastRun.stage)) {
    return leave(`it is running (${lastRun.stage ?? ''}) and reads the task again before it submits`);
  }
  return { action: 'signal', reason: 'the task was rejected while its run waits' };
}

function start(reason: string): SweepDecision {
  return { action: 'start', reason };
}

function leave(reason: string): SweepDecision {
  return { action: 'leave', reason };
}
