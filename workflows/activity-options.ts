import type { Duration } from '@temporalio/common';
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

/** What only reads, or may be repeated: fast retries, then slower ones. */
const patient = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** Every activity heartbeats, so a killed worker is noticed after this time. */
const heartbeatTimeout = '5s';

/** Without this an activity that is cancelled counts as over at once, whatever it still does. */
const waitForCancellation = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

const onMain = { heartbeatTimeout, taskQueue: taskQueues.main } as const;
const onCeltra = { heartbeatTimeout, taskQueue: taskQueues.celtra } as const;
const transfer = { heartbeatTimeout, scheduleToCloseTimeout: '6h' } as const;
const cancellableTransfer = { ...transfer, ...waitForCancellation } as const;

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

/** Short work that calls nobody: on the worker that runs the workflow, where it costs one event instead of six. */
export function planning(summary: string) {
  const retry = { nonRetryableErrorTypes: [failureTypes.unknownStudio] };
  return proxyLocalActivities<PlanningActivities & PreflightActivities>({ startToCloseTimeout: '30s', retry, summary });
}

/** A few quick tries; what they cannot write is left to `lateAuditWrite`. */
export function auditWrite(summary: string) {
  const retry = { ...patient, maximumAttempts: 3 };
  return proxyLocalActivities<AuditActivities>({ startToCloseTimeout: '10s', retry, summary });
}

/** Without a limit of time: an entry of the audit is not given up. */
export function lateAuditWrite(summary: string) {
  return proxyActivities<AuditActivities>({ ...onMain, startToCloseTimeout: '2m', retry: patient, summary });
}

/** Looks up what an earlier run of the same task left. */
export function earlierRecordRead(summary: string) {
  return proxyActivities<RecordActivities>({
    ...onMain,
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '10m',
    retry: patient,
    summary,
  });
}

/** Tells people; nothing waits for it. */
export function notification(summary: string) {
  const retry = { ...patient, maximumAttempts: 10 };
  return proxyActivities<NotificationActivities>({
    ...onMain,
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '1h',
    retry,
    summary,
  });
}

/** Reads a day's audit, which in a bucket is a request for each line. */
export function summaryRead(summary: string) {
  return proxyActivities<SummaryActivities>({
    ...onMain,
    startToCloseTimeout: '15m',
    scheduleToCloseTimeout: '1h',
    retry: patient,
    summary,
  });
}

/** Watches Celtra for what a round waits for: the server asks again at the pace that the activity names. */
export function creativeWatch(studio: string, summary: string, forMs: number) {
  // Who waits for hours need not go first.
  const priority = turnOf(studio, 'watch');
  return proxyActivities<CreativeWatchActivities>({
    ...onCeltra,
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: forMs,
    retry: patient,
    priority,
    summary,
  });
}

/** A holder that is gone is replaced after its heartbeats are missed; one that stops is replaced at once. */
export function leaseActivity(egress: string | undefined) {
  return proxyActivities<GatewayLeaseActivities>({
    heartbeatTimeout,
    startToCloseTimeout: '365d',
    retry: { initialInterval: '100ms', backoffCoefficient: 1 },
    taskQueue: leaseQueue(egress),
    summary: 'Hold the right to send requests to Creative Force',
  });
}

export function gatewayRead(studio: string, summary: string, turn: keyof typeof turns = 'begin') {
  return proxyActivities<CreativeForceActivities>({
    heartbeatTimeout,
    retry: patient,
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '1h',
    taskQueue: gatewayQueueOfRun(),
    priority: turnOf(studio, turn),
    summary,
  });
}

/** Watches a task: the server asks again at the pace that the activity names. `until`: Unix milliseconds. */
export function gatewayWatch(studio: string, summary: string, until: number, turn: 'verdict' | 'watch' | 'unknown') {
  return proxyActivities<VerdictActivities>({
    heartbeatTimeout,
    retry: patient,
    startToCloseTimeout: '1m',
    // The last look comes at the end of the window, and Creative Force may be down just then.
    scheduleToCloseTimeout: Math.max(0, until - Date.now()) + WATCH_MARGIN_MS,
    taskQueue: gatewayQueueOfRun(),
    priority: turnOf(studio, turn),
    summary,
  });
}

/** Writes to Creative Force that must not be repeated blindly: start and submit. A cancel waits for their outcome. */
export function gatewayWrite(studio: string, summary: string) {
  return proxyActivities<CreativeForceActivities>({
    ...waitForCancellation,
    heartbeatTimeout,
    startToCloseTimeout: '1m',
    // A second attempt could act twice: the workflow looks before it repeats.
    retry: { maximumAttempts: 1 },
    taskQueue: gatewayQueueOfRun(),
    priority: turnOf(studio, 'finish'),
    summary,
  });
}

/** Repeating is safe: Celtra does not start a render twice (docs/reference/celtra.md#rendering). */
export function celtraRead(studio: string, summary: string) {
  return celtraWait(studio, summary, '1h');
}

/** Waits for renders: the server asks again at the pace that the activity names, until the deadline. */
export function celtraWait(studio: string, summary: string, scheduleToCloseTimeout: Duration) {
  return proxyActivities<CeltraActivities>({
    ...onCeltra,
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout,
    retry: patient,
    priority: { fairnessKey: studio },
    summary,
  });
}

/** Less than the command line and the board wait for the answer to an update. */
const CHOICE_CHECK_MS = 8_000;

/** Somebody waits for the answer: it goes first, and what is not known soon stays unknown. */
export function choiceCheck(studio: string, summary: string) {
  const priority = { priorityKey: 1, fairnessKey: studio };
  return proxyActivities<CeltraActivities>({
    ...onCeltra,
    startToCloseTimeout: CHOICE_CHECK_MS,
    scheduleToCloseTimeout: CHOICE_CHECK_MS,
    retry: patient,
    priority,
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
  const options = { taskQueue: taskQueues.transfer, priority: { fairnessKey: studio } };
  return proxyActivities<FetchActivities & InputActivities>({
    ...cancellableTransfer,
    ...options,
    startToCloseTimeout: '2h',
    retry: patient,
    summary,
  });
}

/** Saves inputs for designers; a cancel leaves it at once. */
export function inputTransfer(studio: string, summary: string) {
  const options = { taskQueue: taskQueues.transfer, priority: { fairnessKey: studio } };
  return proxyActivities<InputActivities>({
    ...transfer,
    startToCloseTimeout: '2h',
    retry: patient,
    ...options,
    summary,
  });
}

/** Converts what lies in one worker's spool. When that worker does not come back in time, the files are fetched again. */
export function spoolConversion(queue: string, summary: string) {
  const options = { taskQueue: queue, scheduleToStartTimeout: WORKER_ABSENCE_MS };
  return proxyActivities<ConversionActivities>({
    ...transfer,
    startToCloseTimeout: '2h',
    retry: patient,
    ...options,
    summary,
  });
}

/** Uploads what lies in one worker's spool. A cancel waits until the upload has stopped and told what it had stored. */
export function spoolUpload(queue: string, summary: string, { workerAbsenceMs = WORKER_ABSENCE_MS }: LifecyclePolicy) {
  const options = { taskQueue: queue, scheduleToStartTimeout: workerAbsenceMs };
  return proxyActivities<SpoolActivities>({
    ...cancellableTransfer,
    startToCloseTimeout: '2h',
    retry: patient,
    ...options,
    summary,
  });
}

/** Clearing up is worth a try, not a wait: what it leaves behind is cleared by age. */
export function clearSpool(queue: string, { workerAbsenceMs = CLEARING_MS }: LifecyclePolicy) {
  return proxyActivities<SpoolActivities>({
    heartbeatTimeout,
    retry: patient,
    startToCloseTimeout: CLEARING_MS,
    scheduleToCloseTimeout: CLEARING_MS,
    scheduleToStartTimeout: workerAbsenceMs,
    taskQueue: queue,
    summary: 'Clear the spool',
  });
}

/** The sweep's own work: starting what is missing. */
export function sweepActivity(summary: string) {
  const retry = { maximumAttempts: 5 };
  return proxyActivities<SweepActivities>({ ...onMain, startToCloseTimeout: '5m', retry, summary });
}
