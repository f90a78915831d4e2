import type { StepStatus, TaskReference } from '../task/task';
import type { TaskEvent } from '../task/task-event';

/** What a row of Creative Force's listing says about a task (docs/reference/assumptions.md#listing). */
export interface ListingRow {
  readonly status: StepStatus;
  /** What a person is shown: the name Creative Force gives, else the number. */
  readonly statusText?: string | undefined;
  readonly isRejected?: boolean | undefined;
  readonly productCode?: string | undefined;
}

/** Creative Force does not let the studio's role read the listing: a state of the studio, not a failure of a sweep. */
export interface ListingRefusal {
  /** Method and path template, e.g. `GET /extpost/tasks`. */
  readonly endpoint: string;
  /** Creative Force's own code, when the answer had one. */
  readonly code?: string | undefined;
}

/** What a sweep could not do, and since when. */
export interface SweepWarning {
  readonly sentence: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Rows of a listing that say something extpost does not understand. */
export interface UnreadableRows {
  readonly count: number;
  /** Each fault once, by JSON path. */
  readonly faults: readonly string[];
}

/** What a sweep of a studio's listing did; ids of tasks. */
export interface SweepResult {
  readonly listed: number;
  readonly started: readonly string[];
  /** Of those started, the ones that no webhook had brought. */
  readonly found?: readonly string[] | undefined;
  /** Told of a rejection. */
  readonly signalled: readonly string[];
  /** Told to look, because they are under way here and no longer listed. */
  readonly unlisted?: readonly string[] | undefined;
  readonly unread?: UnreadableRows | undefined;
  /** Ids of the events that tasks were told of, so that the next sweep does not tell them again. */
  readonly told?: readonly string[] | undefined;
  readonly warning?: SweepWarning | undefined;
}

/** What the sweep made of some rows of the listing. */
export interface SweptRowsResult {
  readonly started: string[];
  readonly signalled: string[];
  /** Of those started, the ones that no webhook had brought. */
  readonly found: string[];
  readonly told: string[];
}

/** What the sweep made of the runs whose task is no longer listed. */
export interface UnlistedRunsResult {
  readonly unlisted: string[];
  /** Ids of the events, those of earlier sweeps that still hold among them. */
  readonly told: string[];
}

/** How the last run of a task's workflow stands, as Temporal says; `none` when Temporal knows no run of it. */
export interface LastRun {
  readonly status:
    'none' | 'running' | 'paused' | 'completed' | 'cancelled' | 'terminated' | 'failed' | 'timed out' | 'unknown';
  /** The stage it last showed, when it showed one: a stage of task-status.ts. */
  readonly stage?: string | undefined;
  /** The round it last showed. */
  readonly round?: number | undefined;
  /** The id of the event that began it. */
  readonly triggerEventId?: string | undefined;
  /** What it ended with, when it ended by itself and its record could be read. */
  readonly end?: LastEnd | undefined;
}

/** How a run ended by itself, as far as the sweep needs to know. */
export interface LastEnd {
  /** An outcome of delivery-record.ts. */
  readonly outcome: string;
  /** Whether something was submitted in it. */
  readonly hasDelivered: boolean;
  /** How the task stood when the run read it last. */
  readonly lastStatus?: string | undefined;
}

/** What the sweep does about one listed task, and why, in words a person can read. */
export interface SweepDecision {
  readonly action: 'start' | 'signal' | 'leave';
  readonly reason: string;
}

/** What the sweep did about one listed task. */
export interface SweepOutcome extends SweepDecision {
  readonly workflowId: string;
  /** What its run has been told, now or by a sweep before. */
  readonly eventId?: string | undefined;
  /** No webhook had brought it. */
  readonly isFound?: boolean | undefined;
}

/**
 * Makes sure that a listed task has the run it needs; what was `told` already is not told again. Throws when Temporal
 * does not answer.
 */
export type EnsureRunning = (task: TaskReference, row: ListingRow, told?: ReadonlySet<string>) => Promise<SweepOutcome>;

/** What a sweep knows of the tasks of a studio once it has read the whole listing. */
export interface CompleteListing {
  readonly studio: string;
  readonly taskIds: readonly string[];
  /** Ids of events that runs were told of by earlier sweeps. */
  readonly told: readonly string[];
  /** Unix milliseconds; a run that was begun later may be missing from what was read before. */
  readonly readFrom: number;
}

/** Tells runs whose task is no longer listed to look. Throws when Temporal does not answer. */
export type NotifyUnlisted = (listing: CompleteListing) => Promise<UnlistedRunsResult>;

/** Creative Force names a refused step `Rejected` or `QCRejected` (docs/reference/creative-force.md#enumerations). */
const rejectedStatus = /^(?:qc ?)?rejected$/i;

/** Whether a listing row says that something was sent back for correction. */
export function isRejectedRow(row: ListingRow): boolean {
  return row.isRejected === true || rejectedStatus.test(row.statusText ?? '');
}

/** In these stages a run has not given its work back yet, so it reads the task once more before it does. */
export const workingStages: ReadonlySet<string> = new Set([
  'Brief',
  'Start',
  'Export',
  'Deliver',
  'Submit',
  'Rejected',
  'Needs attention',
]);

/**
 * Decides what the sweep does about one row of the listing: starts what is missing, tells a waiting run of a
 * rejection, and never restarts what a person stopped. `eventId` names the row's news ({@link sweepEvent}).
 */
export function decideSweep(lastRun: LastRun, row: ListingRow, eventId?: string): SweepDecision {
  const rejected = isRejectedRow(row);
  if (row.status === 'done' && !rejected) return leave('the task is done');
  switch (lastRun.status) {
    case 'none':
      return start('Temporal knows no run of this task');
    case 'failed':
    case 'timed out':
      return start(`the last run ${lastRun.status === 'failed' ? 'failed' : 'timed out'} and the task is still open`);
    case 'completed':
      return afterCompleted(lastRun, row, rejected, eventId);
    case 'running':
      return whileRunning(lastRun, rejected);
    case 'cancelled':
    case 'terminated':
    case 'paused':
      return leave(`a person ${lastRun.status} it`);
    case 'unknown':
      return leave('Temporal reports a state of the last run that extpost does not know');
  }
}

/** A waiting run is told of a rejection once more after this long, should it have looked too early the first time. */
const TELL_AGAIN_AFTER_MS = 6 * 60 * 60 * 1000;

/**
 * The hint that goes with a decision; its id is the same for the same news, however often the sweep sees it, but for a
 * waiting run, which is told again after some hours. `now`: Unix milliseconds.
 */
export function sweepEvent(
  task: Pick<TaskReference, 'taskId'>,
  row: ListingRow,
  lastRun: LastRun,
  now: number,
): TaskEvent {
  const kind = isRejectedRow(row) ? 'rejected' : 'ready';
  const news = kind === 'rejected' ? 'rejected' : row.status.replaceAll(' ', '-');
  // The rejection of the next round is other news than that of this one.
  const round = lastRun.round === undefined ? '' : `/round-${lastRun.round}`;
  const during = lastRun.status === 'running' ? `${round}/${Math.floor(now / TELL_AGAIN_AFTER_MS)}` : '';
  return { kind, source: 'sweep', eventId: `${sweepId(task)}/${news}${during}`, productCode: row.productCode };
}

/**
 * The hint for a run whose task is no longer listed: it may have been bypassed, deleted, given away or finished by
 * hand.
 */
export function unlistedEvent(task: Pick<TaskReference, 'taskId'>, runId: string): TaskEvent {
  return { kind: 'ready', source: 'sweep', eventId: `${sweepId(task)}/not-listed/${runId}` };
}

function sweepId({ taskId }: Pick<TaskReference, 'taskId'>): string {
  return `sweep/${taskId.toLowerCase()}`;
}

function afterCompleted(
  { stage, end, triggerEventId: begunBy }: LastRun,
  row: ListingRow,
  rejected: boolean,
  eventId: string | undefined,
): SweepDecision {
  // A run that settles after a cancel completes, so that the stage alone tells who ended it.
  if (stage === 'Cancelled') return leave('a person cancelled it');
  if (stage === 'Abandoned') return leave('a person gave it up');
  if (end?.outcome === 'gone' && end.lastStatus === row.status) {
    return leave('Creative Force no longer gave it to us, and its row in the listing has not changed since');
  }
  if (end?.outcome === 'left out' && end.lastStatus === row.status) {
    return leave('a person left out everything that was due, and its row in the listing has not changed since');
  }
  if (end?.hasDelivered === false && begunBy !== undefined && begunBy === eventId) {
    return leave('its last run was begun for the very same row, and had nothing to deliver');
  }
  if (rejected) return start('the task was rejected after its last run had ended');
  if (row.status === 'to do') return start('the task is to do again after its last run had ended');
  return leave('the last run completed');
}

function whileRunning(lastRun: LastRun, rejected: boolean): SweepDecision {
  if (!rejected) return leave('it is running');
  if (lastRun.stage !== undefined && workingStages.has(lastRun.stage)) {
    return leave(`it is running (${lastRun.stage}) and reads the task again before it submits`);
  }
  return { action: 'signal', reason: 'the task was rejected while its run waits' };
}

function start(reason: string): SweepDecision {
  return { action: 'start', reason };
}

function leave(reason: string): SweepDecision {
  return { action: 'leave', reason };
}
