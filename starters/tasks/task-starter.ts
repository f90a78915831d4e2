import type { Client, WorkflowExecutionDescription, WorkflowExecutionStatusName } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy, WorkflowNotFoundError } from '@temporalio/common';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import {
  decideSweep,
  sweepEvent,
  type EnsureRunning,
  type LastEnd,
  type LastRun,
  type ListingRow,
  type SweepOutcome,
  type NotifyUnlisted,
  type SweepContext,
  type TerminatedRun,
} from '../../domain/sweep/sweep';
import type { TaskReference } from '../../domain/task/task';
import type { TaskEvent } from '../../domain/task/task-event';
import type { Stage } from '../../domain/task/task-status';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import {
  EXTERNAL_POST_TASK,
  TRIGGER_MEMO,
  taskEventSignal,
  type ExternalPostTaskInput,
  type OperatorNotice,
} from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';
import { describeRun } from './find-task';
import {
  detailsOfManualStart,
  readSeenEvents,
  readTrigger,
  type RunTrigger,
  staticDetails,
  staticSummary,
} from './start-metadata';
import { notifyUnlistedRuns } from '../sweep/unlisted-runs';

const DEFAULT_TIMEOUT_MS = 10_000;
const FIRST_STAGE: Stage = 'Brief';

export interface NotifiedTask {
  readonly workflowId: string;
  /** Absent where there is none. */
  readonly runId?: string | undefined;
  /** Why nothing was changed. */
  readonly refused?: Repetition | typeof NOT_STARTED | undefined;
}

/** The event is a repetition of what the last, ended run already knew. */
export type Repetition = 'an operator stopped the task after it' | 'the last run of its task has already seen it';

/** There is no run, and none may be started. */
export const NOT_STARTED = 'not started';

export interface NotifyOptions {
  /** Whether a run may be started when there is none; default yes. */
  readonly mayStart?: boolean;
  /** How long a new run waits before it begins, in milliseconds; a later event ends the wait. Default 0. */
  readonly startDelayMs?: number;
}

/** Sends events to the workflows of tasks. Every method throws when Temporal does not answer in time. */
export interface TaskStarter {
  /**
   * Signal-with-start: durable even when no worker runs. A repeated webhook does not restart a task that has ended.
   */
  readonly notify: (task: TaskReference, event: TaskEvent, options?: NotifyOptions) => Promise<NotifiedTask>;
  /** Starts a task on behalf of a person, whatever became of its last run. */
  readonly start: (task: TaskReference, notice: OperatorNotice) => Promise<'started' | 'is running'>;
  /** Ensures that a listed task has the run it needs (domain/sweep/sweep.ts decides). Idempotent. */
  readonly ensureRunning: EnsureRunning;
  /** Signals runs whose task is no longer listed. */
  readonly notifyUnlisted: NotifyUnlisted;
}

/** Each call to Temporal may take `timeoutMs` (default 10 s). */
export function createTaskStarter(
  client: Client,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined } = {},
): TaskStarter {
  return {
    notify,
    start,
    ensureRunning,
    notifyUnlisted: (listing) => inTime(() => notifyUnlistedRuns(client, listing)),
  };

  async function notify(
    task: TaskReference,
    event: TaskEvent,
    { mayStart = true, isFound = false, startDelayMs = 0 }: NotifyOptions & { readonly isFound?: boolean } = {},
  ): Promise<NotifiedTask> {
    const workflowId = taskWorkflowId(task);
    // Nearly every event is of a task that runs or is new, and then one call is enough.
    if (mayStart) {
      const runId = await signalOrStart(task, event, { isFound, startDelayMs }, WorkflowIdReusePolicy.REJECT_DUPLICATE);
      if (runId !== 'has ended') return { workflowId, runId };
    }
    const last = await inTime(() => describeRun(client, workflowId));
    const refused = last && refusalOf(last, event);
    if (last !== undefined && refused !== undefined) return { workflowId, runId: last.runId, refused };
    if (!mayStart && (last === undefined || last.closeTime !== undefined)) return { workflowId, refused: NOT_STARTED };
    // A rejection after the last run ended starts a new one.
    const runId = await signalOrStart(task, event, { isFound, startDelayMs }, WorkflowIdReusePolicy.ALLOW_DUPLICATE);
    return { workflowId, runId };
  }

  /** The run that has got the event; `has ended` when the policy allows no run after the last one. */
  async function signalOrStart(
    task: TaskReference,
    event: TaskEvent,
    { isFound, startDelayMs }: { readonly isFound: boolean; readonly startDelayMs: number },
    workflowIdReusePolicy: WorkflowIdReusePolicy,
  ): Promise<string> {
    const input = inputOf(task);
    const { source, kind, eventId } = event;
    const trigger: RunTrigger = { source, kind, eventId, ...(isFound && { isFound }) };
    try {
      const handle = await inTime(() =>
        client.workflow.signalWithStart<(input: ExternalPostTaskInput) => Promise<unknown>, [TaskEvent]>(
          EXTERNAL_POST_TASK,
          {
            ...startOptions(input, event.source === 'webhook'),
            workflowIdReusePolicy,
            ...(startDelayMs > 0 && { startDelay: startDelayMs }),
            signal: taskEventSignal,
            signalArgs: [event],
            staticSummary: staticSummary(input, event),
            staticDetails: staticDetails(input, event, isFound),
            memo: { [TRIGGER_MEMO]: trigger },
          },
        ),
      );
      return handle.signaledRunId;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'has ended';
      throw error;
    }
  }

  async function start(task: TaskReference, notice: OperatorNotice): Promise<'started' | 'is running'> {
    const input = inputOf(task);
    try {
      await inTime(() =>
        client.workflow.start<(input: ExternalPostTaskInput) => Promise<unknown>>(EXTERNAL_POST_TASK, {
          ...startOptions(input),
          staticSummary: staticSummary(input, {}),
          staticDetails: detailsOfManualStart(input, notice),
        }),
      );
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'is running';
      throw error;
    }
  }

  async function ensureRunning(
    task: TaskReference,
    row: ListingRow,
    { notified, readAt = Date.now() }: SweepContext = {},
  ): Promise<SweepOutcome> {
    const workflowId = taskWorkflowId(task);
    const description = await inTime(() => describeRun(client, workflowId));
    const end = await endOf(description);
    const lastRun: LastRun = { ...toLastRun(description), ...(end && { end }) };
    const event = sweepEvent(task, row, lastRun, readAt);
    const { eventId } = event;
    const decision = decideSweep(lastRun, row, eventId);
    if (decision.action === 'signal' && notified?.has(eventId) === true) {
      return { workflowId, action: 'leave', reason: 'an earlier sweep has signalled it', eventId };
    }
    try {
      if (decision.action === 'start') await notify(task, event, { isFound: lastRun.status === 'none' });
      if (decision.action === 'signal') {
        // Bound to the described run, so that a run that a person stops meanwhile is not restarted.
        const handle = client.workflow.getHandle(workflowId, description?.runId);
        await inTime(() => handle.signal(taskEventSignal, event));
      }
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      return { workflowId, action: 'leave', reason: 'its run ended meanwhile; the next sweep tries again' };
    }
    if (decision.action === 'leave') {
      const terminated = row.status === 'done' ? undefined : terminatedRun(description);
      return { workflowId, ...decision, ...(terminated && { terminated }) };
    }
    // The memo of a new run contains its event.
    if (decision.action === 'start') return { workflowId, ...decision, isFound: lastRun.status === 'none' };
    return { workflowId, ...decision, eventId };
  }

  /** The result of a completed run. */
  async function endOf(description: WorkflowExecutionDescription | undefined): Promise<LastEnd | undefined> {
    if (description?.status.name !== 'COMPLETED') return undefined;
    const { workflowId, runId } = description;
    const handle = client.workflow.getHandle<() => Promise<unknown>>(workflowId, runId);
    const { outcome, rounds, lastStatus } = (await inTime(() => handle.result())) as Partial<DeliveryRecord>;
    if (outcome === undefined) return undefined;
    return { outcome, hasDelivered: rounds === undefined || rounds.length > 0, lastStatus };
  }

  function inTime<Result>(call: () => Promise<Result>): Promise<Result> {
    return client.withDeadline(Date.now() + timeoutMs, call);
  }
}

function inputOf(task: TaskReference): ExternalPostTaskInput {
  return { ...task, taskId: task.taskId.toLowerCase() };
}

/** What every start of a task's workflow has in common. `isUnconfirmed`: only a webhook tells that there is such a task. */
function startOptions(input: ExternalPostTaskInput, isUnconfirmed = false) {
  return {
    workflowId: taskWorkflowId(input),
    taskQueue: taskQueues.main,
    args: [input] as [ExternalPostTaskInput],
    typedSearchAttributes: [
      { key: searchAttributes.studio, value: input.studio },
      { key: searchAttributes.taskId, value: input.taskId },
      { key: searchAttributes.stage, value: FIRST_STAGE },
      ...(isUnconfirmed ? [{ key: searchAttributes.unconfirmed, value: 'yes' }] : []),
    ],
    // A rejection after the last run ended starts a new one.
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    priority: { fairnessKey: input.studio },
  };
}

/** Why a webhook must not start a run after this one; `undefined` when it may. */
function refusalOf(last: WorkflowExecutionDescription, event: TaskEvent): Repetition | undefined {
  if (event.source !== 'webhook' || last.closeTime === undefined) return undefined;
  if (wasStoppedAfter(last, event)) return 'an operator stopped the task after it';
  const seen = [readTrigger(last.memo)?.eventId, ...readSeenEvents(last.memo)];
  return seen.includes(event.eventId) ? 'the last run of its task has already seen it' : undefined;
}

/** Whether a person ended the last run after this event happened. An event without a time counts as new. */
function wasStoppedAfter(
  { status, closeTime, typedSearchAttributes: shown }: WorkflowExecutionDescription,
  { happenedAt }: TaskEvent,
): boolean {
  if (happenedAt === undefined || closeTime === undefined) return false;
  const abandoned: Stage = 'Abandoned';
  const byPerson =
    status.name === 'CANCELLED' ||
    status.name === 'TERMINATED' ||
    (status.name === 'COMPLETED' && shown.get(searchAttributes.stage) === abandoned);
  return byPerson && happenedAt <= closeTime.getTime();
}

function terminatedRun(description: WorkflowExecutionDescription | undefined): TerminatedRun | undefined {
  if (description?.status.name !== 'TERMINATED' || description.closeTime === undefined) return undefined;
  const { raw, runId, closeTime } = description;
  return { run: raw.workflowExecutionInfo?.firstRunId ?? runId, at: closeTime.toISOString() };
}

function toLastRun(description: WorkflowExecutionDescription | undefined): LastRun {
  if (description === undefined) return { status: 'none' };
  const shown = description.typedSearchAttributes;
  return {
    status: lastRunStatus[description.status.name],
    stage: shown.get(searchAttributes.stage),
    round: shown.get(searchAttributes.round),
    ...((description.executionTime?.getTime() ?? 0) > Date.now() && { isDelayed: true }),
    triggerEventId: readTrigger(description.memo)?.eventId,
  };
}

const lastRunStatus: Readonly<Record<WorkflowExecutionStatusName, LastRun['status']>> = {
  RUNNING: 'running',
  // The next run is the one that is described, so this status is seen only for a moment.
  CONTINUED_AS_NEW: 'running',
  PAUSED: 'paused',
  COMPLETED: 'completed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  UNSPECIFIED: 'unknown',
  UNKNOWN: 'unknown',
};
