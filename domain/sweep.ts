import type { StepStatus, TaskReference } from './task';
import type { TaskEvent } from './task-event';

/** What a row of Creative Force's listing says about a task (assumed-wire.md, "Listing"). */
export interface ListedTask {
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

/** What a sweep of a studio's listing did. */
export interface SweepResult {
  readonly listed: number;
  readonly started: readonly string[];
  readonly signalled: readonly string[];
  readonly warning?: SweepWarning | undefined;
}

/** How the last run of a task's workflow stands, as Temporal says; `none` when Temporal knows no run of it. */
export interface LastRun {
  readonly status:
    'none' | 'running' | 'paused' | 'completed' | 'cancelled' | 'terminated' | 'failed' | 'timed out' | 'unknown';
  /** The stage it last showed, when it showed one: a stage of task-status.ts. */
  readonly stage?: string | undefined;
  /** The round it last showed. */
  readonly round?: number | undefined;
}

/** What the sweep does about one listed task, and why, in words a person can read. */
export interface SweepDecision {
  readonly action: 'start' | 'signal' | 'leave';
  readonly reason: string;
}

/** What the sweep did about one listed task. */
export interface SweepOutcome extends SweepDecision {
  readonly workflowId: string;
}

/** Makes sure that a listed task has the run it needs. Throws when Temporal does not answer. */
export type EnsureRunning = (task: TaskReference, row: ListedTask) => Promise<SweepOutcome>;

/** Creative Force names a refused step `Rejected` or `QCRejected` (creative-force.md §8, "Step status names"). */
const rejectedStatus = /^(?:qc ?)?rejected$/i;

/** Whether a listing row says that something was sent back for correction. */
export function isRejectedRow(row: ListedTask): boolean {
  return row.isRejected === true || rejectedStatus.test(row.statusText ?? '');
}

/** Creative Force's code for a user without access to a workspace (creative-force.md §3). */
const NO_ACCESS_TO_WORKSPACE = 'PER-3';

/** What a person is told of a listing that may not be read: which endpoint, what level, whom to ask, where (creative-force.md §3). */
export function listingRefusalSentence(studio: string, { endpoint, code }: ListingRefusal): string {
  const answer = code === undefined ? '403' : `403, ${code}`;
  const cure =
    code === NO_ACCESS_TO_WORKSPACE
      ? 'to give the API user of extpost access to every workspace (client) that extpost serves'
      : `to open the role of extpost’s API user, tab “Developer API”, and to set ${endpoint} to Edit: ` +
        'Creative Force’s own list of what to tick leaves it out';
  return (
    `${studio} does not let extpost read its listing of open tasks (${endpoint} was answered with ${answer}), ` +
    `so a task whose webhook is lost is not found; webhooks work as before. ` +
    `Ask the administrator of ${studio}’s Creative Force account ${cure}. ` +
    'The sweep looks again at every turn, and nothing needs to be restarted.'
  );
}

/** The warning with which the sweep before this one ended, if any; `result` is whatever Temporal kept of it. */
export function warningOfLastSweep(result: unknown): SweepWarning | undefined {
  const warning = typeof result === 'object' && result !== null && 'warning' in result ? result.warning : undefined;
  if (typeof warning !== 'object' || warning === null || !('sentence' in warning) || !('since' in warning))
    return undefined;
  const { sentence, since } = warning;
  return typeof sentence === 'string' && typeof since === 'string' ? { sentence, since } : undefined;
}

/** In these stages a run has not given its work back yet, so it reads the task once more before it does. */
const workingStages: ReadonlySet<string> = new Set([
  'Brief',
  'Start',
  'Export',
  'Deliver',
  'Submit',
  'Rejected',
  'Needs attention',
]);

/**
 * Decides what the sweep does about one row of the listing (DESIGN §4): starts what is missing, tells a waiting run of a
 * rejection, and never restarts what a person stopped.
 */
export function decideSweep(lastRun: LastRun, row: ListedTask): SweepDecision {
  const rejected = isRejectedRow(row);
  if (row.status === 'done' && !rejected) return leave('the task is done');
  switch (lastRun.status) {
    case 'none':
      return start('Temporal knows no run of this task');
    case 'failed':
    case 'timed out':
      return start(`the last run ${lastRun.status === 'failed' ? 'failed' : 'timed out'} and the task is still open`);
    case 'completed':
      return afterCompleted(lastRun, row, rejected);
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

/** The hint that goes with a decision; its id is the same for the same news, however often the sweep sees it. */
export function sweepEvent(task: Pick<TaskReference, 'taskId'>, row: ListedTask, lastRun: LastRun): TaskEvent {
  const kind = isRejectedRow(row) ? 'rejected' : 'ready';
  const news = kind === 'rejected' ? 'rejected' : row.status;
  // The rejection of the next round is other news than that of this one.
  const round = lastRun.status === 'running' && lastRun.round !== undefined ? `/round-${lastRun.round}` : '';
  const eventId = `sweep/${task.taskId.toLowerCase()}/${news.replaceAll(' ', '-')}${round}`;
  return { kind, source: 'sweep', eventId, productCode: row.productCode };
}

function afterCompleted(lastRun: LastRun, row: ListedTask, rejected: boolean): SweepDecision {
  // A run that settles after a cancel completes, so that the stage alone tells who ended it.
  if (lastRun.stage === 'Cancelled') return leave('a person cancelled it');
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
