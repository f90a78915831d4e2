import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

import type {
  AuditActivities,
  CeltraActivities,
  ConversionActivities,
  CreativeForceActivities,
  CreativeWatchActivities,
  FetchActivities,
  GatewayLeaseActivities,
  InputActivities,
  NotificationActivities,
  PlanningActivities,
  PreflightActivities,
  RecordActivities,
  SpoolActivities,
  SummaryActivities,
  SweepActivities,
  VerdictActivities,
} from '../activities';
import { failureTypes } from '../domain/shared/failure-type';
import type { LifecyclePolicy } from '../domain/task/studio-settings';
import { gatewayQueueOfRun } from './egress';
import { leaseQueue, taskQueues } from './task-queues';

// Activity options by risk. Each function makes proxies for one call, because the Web UI shows the summary on that call's row.

/** Every activity heartbeats, so a killed worker is noticed after this time. */
const heartbeatTimeout = '5s';

interface Turn {
  /** Lower goes first. */
  readonly level: 1 | 2 | 3 | 4 | 5;
  /** On one level studios are served in turn; a lane of a studio has a turn of its own. */
  readonly lane?: string;
}

/**
 * Whose turn it is on the gateway's queue (docs/decisions/0104-one-studio-cannot-hold-up-another.md). What finishes a task that has begun goes
 * first, then its brief, and the sweep, of which a studio has one request at a time. What may come in any number shares a level by lanes, so
 * that beginning tasks and verdicts of each studio all go on. Last come watches that nothing waits for, and tasks that Creative Force does not show.
 */
const turns = {
  finish: { level: 1 },
  continue: { level: 2 },
  sweep: { level: 2, lane: 'sweep' },
  begin: { level: 3 },
  verdict: { level: 3, lane: 'verdicts' },
  watch: { level: 4 },
  unknown: { level: 5 },
} as const satisfies Record<string, Turn>;

function turnOf(studio: string, what: keyof typeof turns) {
  const { level, lane }: Turn = turns[what];
  return { priorityKey: level, fairnessKey: lane === undefined ? studio : `${studio}/${lane}` };
}

const WATCH_MARGIN_MS = 60 * 60 * 1000;

/** What only reads, or may be repeated: fast retries, then slower ones. */
const patient = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** A second attempt could act twice, so there is none: the workflow looks before it repeats. */
const once = { maximumAttempts: 1 } as const;

/** Without this an activity that is cancelled counts as over at once, whatever it still does. */
const waitForCancellation = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/** Short work that calls nobody: on the worker that runs the workflow, where it costs one event instead of six. */
export function planning(summary: string) {
  const retry = { nonRetryableErrorTypes: [failureTypes.unknownStudio] };
  return proxyLocalActivities<PlanningActivities & PreflightActivities>({ startToCloseTimeout: '30s', retry, summary });
}

/** A few quick tries; what they cannot write is left to `lateAuditWrite`. */
export function auditWrite(summary: string) {
  return proxyLocalActivities<AuditActivities>({
    startToCloseTimeout: '10s',
    retry: { ...patient, maximumAttempts: 3 },
    summary,
  });
}

/** Without a limit of time: an entry of the audit is not given up. */
export function lateAuditWrite(summary: string) {
  return proxyActivities<AuditActivities>({
    startToCloseTimeout: '2m',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.main,
    summary,
  });
}

/** Looks up what an earlier run of the same task left. */
export function earlierRecordRead(summary: string) {
  return proxyActivities<RecordActivities>({
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '10m',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.main,
    summary,
  });
}

/** Tells people; nothing waits for it. */
export function notification(summary: string) {
  return proxyActivities<NotificationActivities>({
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '1h',
    heartbeatTimeout,
    retry: { ...patient, maximumAttempts: 10 },
    taskQueue: taskQueues.main,
    summary,
  });
}

/** Reads a day's audit, which in a bucket is a request for each line. */
export function summaryRead(summary: string) {
  return proxyActivities<SummaryActivities>({
    startToCloseTimeout: '15m',
    scheduleToCloseTimeout: '1h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.main,
    summary,
  });
}

/** Watches Celtra for what a round waits for: the server asks again at the pace that the activity names. */
export function creativeWatch(studio: string, summary: string, forMs: number) {
  return proxyActivities<CreativeWatchActivities>({
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: forMs,
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.celtra,
    // Who waits for hours need not go first.
    priority: turnOf(studio, 'watch'),
    summary,
  });
}

/** A holder that is gone is replaced after its heartbeats are missed; one that stops is replaced at once. */
export function leaseActivity(egress: string | undefined) {
  return proxyActivities<GatewayLeaseActivities>({
    startToCloseTimeout: '365d',
    heartbeatTimeout,
    retry: { initialInterval: '100ms', backoffCoefficient: 1 },
    taskQueue: leaseQueue(egress),
    summary: 'Hold the right to send requests to Creative Force',
  });
}

export function gatewayRead(studio: string, summary: string, turn: keyof typeof turns = 'begin') {
  return proxyActivities<CreativeForceActivities>({
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '1h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: gatewayQueueOfRun(),
    priority: turnOf(studio, turn),
    summary,
  });
}

/** Watches a task: the server asks again at the pace that the activity names. `until`: Unix milliseconds. */
export function gatewayWatch(studio: string, summary: string, until: number, turn: 'verdict' | 'watch' | 'unknown') {
  return proxyActivities<VerdictActivities>({
    startToCloseTimeout: '1m',
    // The last look comes at the end of the window, and Creative Force may be down just then.
    scheduleToCloseTimeout: Math.max(0, until - Date.now()) + WATCH_MARGIN_MS,
    heartbeatTimeout,
    retry: patient,
    taskQueue: gatewayQueueOfRun(),
    priority: turnOf(studio, turn),
    summary,
  });
}

/** Writes to Creative Force that must not be repeated blindly: start and submit. A cancel waits for their outcome. */
export function gatewayWrite(studio: string, summary: string) {
  return proxyActivities<CreativeForceActivities>({
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: once,
    taskQueue: gatewayQueueOfRun(),
    priority: turnOf(studio, 'finish'),
    summary,
    ...waitForCancellation,
  });
}

/** Less than the command line and the board wait for the answer to an update. */
const CHOICE_CHECK_MS = 8_000;

/** Repeating is safe: Celtra does not start a render twice (docs/reference/celtra.md#rendering). */
export function celtraRead(studio: string, summary: string) {
  return proxyActivities<CeltraActivities>({
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: '1h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.celtra,
    priority: { fairnessKey: studio },
    summary,
  });
}

/** Somebody waits for the answer: it goes first, and what is not known soon stays unknown. */
export function choiceCheck(studio: string, summary: string) {
  return proxyActivities<CeltraActivities>({
    startToCloseTimeout: CHOICE_CHECK_MS,
    scheduleToCloseTimeout: CHOICE_CHECK_MS,
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.celtra,
    priority: { priorityKey: 1, fairnessKey: studio },
    summary,
  });
}

/** Waits for renders: the server asks again at the pace that the activity names, until the deadline. */
export function celtraWait(studio: string, summary: string, deadlineMs: number) {
  return proxyActivities<CeltraActivities>({
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: deadlineMs,
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.celtra,
    priority: { fairnessKey: studio },
    summary,
  });
}

/** Files that travel in one activity: few enough for reports that are sent every 1.5 s (40 KB), many enough to cost few events. */
export const FILES_PER_BATCH = 64;

/**
 * For so long a worker may be absent in whose spool files lie: one that is started again takes them over within seconds. With the
 * heartbeats that were missed before, a task goes on elsewhere within a minute.
 */
const WORKER_ABSENCE_MS = 45_000;

/** After this long clearing is given up; nothing waits for it. */
const CLEARING_MS = 30_000;

/** Brings renders into the spool of whichever worker is free. A cancel waits until the transfer has stopped. */
export function fetchTransfer(studio: string, summary: string) {
  return proxyActivities<FetchActivities & InputActivities>({
    startToCloseTimeout: '2h',
    scheduleToCloseTimeout: '6h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.transfer,
    priority: { fairnessKey: studio },
    summary,
    ...waitForCancellation,
  });
}

/** Saves inputs for designers; a cancel leaves it at once. */
export function inputTransfer(studio: string, summary: string) {
  return proxyActivities<InputActivities>({
    startToCloseTimeout: '2h',
    scheduleToCloseTimeout: '6h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.transfer,
    priority: { fairnessKey: studio },
    summary,
  });
}

/** Converts what lies in one worker's spool. When that worker does not come back in time, the files are fetched again. */
export function spoolConversion(queue: string, summary: string) {
  return proxyActivities<ConversionActivities>({
    startToCloseTimeout: '2h',
    scheduleToCloseTimeout: '6h',
    heartbeatTimeout,
    retry: patient,
    scheduleToStartTimeout: WORKER_ABSENCE_MS,
    taskQueue: queue,
    summary,
  });
}

/** Uploads what lies in one worker's spool. A cancel waits until the upload has stopped and told what it had stored. */
export function spoolUpload(queue: string, summary: string, { workerAbsenceMs }: LifecyclePolicy) {
  return proxyActivities<SpoolActivities>({
    startToCloseTimeout: '2h',
    scheduleToCloseTimeout: '6h',
    heartbeatTimeout,
    retry: patient,
    scheduleToStartTimeout: workerAbsenceMs ?? WORKER_ABSENCE_MS,
    taskQueue: queue,
    summary,
    ...waitForCancellation,
  });
}

/** Clearing up is worth a try, not a wait: what it leaves behind is cleared by age. */
export function clearSpool(queue: string, { workerAbsenceMs }: LifecyclePolicy) {
  return proxyActivities<SpoolActivities>({
    startToCloseTimeout: CLEARING_MS,
    scheduleToCloseTimeout: CLEARING_MS,
    scheduleToStartTimeout: workerAbsenceMs ?? CLEARING_MS,
    heartbeatTimeout,
    retry: patient,
    taskQueue: queue,
    summary: 'Clear the spool',
  });
}

/** The sweep's own work: starting what is missing. */
export function sweepActivity(summary: string) {
  return proxyActivities<SweepActivities>({
    startToCloseTimeout: '5m',
    heartbeatTimeout,
    taskQueue: taskQueues.main,
    retry: { maximumAttempts: 5 },
    summary,
  });
}
