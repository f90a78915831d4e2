import { proxyActivities } from '@temporalio/workflow';

import type {
  CeltraActivities,
  CreativeForceActivities,
  FetchActivities,
  PlanningActivities,
  SpoolActivities,
  SweepActivities,
} from '../activities';
import { failureTypes } from '../domain/failure-type';
import { taskQueues } from './task-queues';

/**
 * Activity profiles by risk (DESIGN §4). Each function makes proxies for one call, because the summary is what the Web UI
 * shows on that call's row. Every activity heartbeats, so a killed worker is noticed after `heartbeatTimeout`.
 */
const heartbeatTimeout = '10s';

/** Lower goes first on the gateway's queue: what finishes a task before what begins one, the sweep last (DESIGN §6). */
const priorities = { finish: 1, work: 3, sweep: 5 } as const;

/** What only reads, or may be repeated: fast retries, then slower ones. */
const patient = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** A second attempt could act twice, so there is none: the workflow looks before it repeats. */
const once = { maximumAttempts: 1 } as const;

/** Short work that calls nobody. */
export function planning(summary: string) {
  return proxyActivities<PlanningActivities>({
    startToCloseTimeout: '30s',
    heartbeatTimeout,
    taskQueue: taskQueues.main,
    retry: { nonRetryableErrorTypes: [failureTypes.unknownStudio] },
    summary,
  });
}

/** Reads from Creative Force. */
export function gatewayRead(studio: string, summary: string, urgency: keyof typeof priorities = 'work') {
  return proxyActivities<CreativeForceActivities>({
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '1h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.gateway,
    priority: { priorityKey: priorities[urgency], fairnessKey: studio },
    summary,
  });
}

/** Writes to Creative Force that must not be repeated blindly: start and submit. */
export function gatewayOnce(studio: string, summary: string) {
  return proxyActivities<CreativeForceActivities>({
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: once,
    taskQueue: taskQueues.gateway,
    priority: { priorityKey: priorities.finish, fairnessKey: studio },
    summary,
  });
}

/** Asks Celtra which outputs there are. Repeating is safe: Celtra does not start a render twice (celtra.md §8). */
export function celtraRead(studio: string, summary: string) {
  return proxyActivities<CeltraActivities>({
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '1h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.celtra,
    priority: { fairnessKey: studio },
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

/** Brings renders into the spool of whichever worker is free. */
export function fetchTransfer(studio: string, summary: string) {
  return proxyActivities<FetchActivities>({
    startToCloseTimeout: '2h',
    scheduleToCloseTimeout: '6h',
    heartbeatTimeout,
    retry: patient,
    taskQueue: taskQueues.transfer,
    priority: { fairnessKey: studio },
    summary,
  });
}

/** Work on what lies in one worker's spool. When that worker does not come back in time, the files are fetched again. */
export function onSpool(queue: string, summary: string) {
  return proxyActivities<SpoolActivities>({
    startToCloseTimeout: '2h',
    scheduleToCloseTimeout: '6h',
    heartbeatTimeout,
    retry: patient,
    scheduleToStartTimeout: '1m',
    taskQueue: queue,
    summary,
  });
}

/** Clearing up is worth a try, not a wait: what it leaves behind is cleared by age. */
export function clearSpool(queue: string) {
  return proxyActivities<SpoolActivities>({
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '30s',
    heartbeatTimeout,
    retry: patient,
    taskQueue: queue,
    summary: 'Clear the spool',
  });
}

/** The sweep's own work: starting what is missing. */
export function sweeping(summary: string) {
  return proxyActivities<SweepActivities>({
    startToCloseTimeout: '5m',
    heartbeatTimeout,
    taskQueue: taskQueues.main,
    retry: { maximumAttempts: 5 },
    summary,
  });
}
