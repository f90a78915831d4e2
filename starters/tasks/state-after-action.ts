import { setTimeout as delay } from 'node:timers/promises';

import type { Client } from '@temporalio/client';

import { messageOf } from '../../domain/shared/text';
import type { TaskStatus } from '../../domain/task/task-status';
import { queryStatus, readDeliveryRecord, type TaskRun } from './query-status';
import { endStatusText, isRunOpen, statusLine } from './task-summary';

const POLL_INTERVAL_MS = 250;
/** A resumed task moves on at once; one that still needs attention after this time stays so. */
const RESUMES_WITHIN_MS = 2_000;

export interface StateAfterAction {
  /** For example `Awaiting verdict: Submitted …`. */
  readonly text: string;
  /** Whether the action has shown: the task goes on, waits for something else, or has ended. */
  readonly hasChanged: boolean;
}

/** Waits until a resumed task has come to rest, or for `waitMs`. `before` tells whether it waits for the same again. */
export async function stateAfterResuming(
  client: Client,
  task: TaskRun,
  before: TaskStatus,
  waitMs: number,
): Promise<StateAfterAction> {
  const start = Date.now();
  let hasResumed = before.attention === undefined;
  for (;;) {
    const ended = await readEnd(client, task);
    if (ended !== undefined) return ended;
    const status = await queryStatus(client, task);
    const text = statusLine(status);
    const { attention } = status;
    const waited = Date.now() - start;
    if (attention === undefined) {
      if (isAtRest(status) || before.attention === undefined) return { text, hasChanged: true };
      if (waited >= waitMs) return { text: `${text} (still in progress)`, hasChanged: true };
      hasResumed = true;
    } else if (hasResumed || waited >= Math.min(waitMs, RESUMES_WITHIN_MS)) {
      const isSame = attention.cause === before.attention?.cause && attention.message === before.attention.message;
      return { text: isSame ? `still ${text}` : text, hasChanged: !isSame };
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/** Waits until a task's run has ended, or for `waitMs`. */
export async function stateAfterEnding(client: Client, task: TaskRun, waitMs: number): Promise<StateAfterAction> {
  const until = Date.now() + waitMs;
  for (;;) {
    const ended = await readEnd(client, task);
    if (ended !== undefined) return ended;
    if (Date.now() >= until) {
      const state = await queryStatus(client, task).then(statusLine, (error: unknown) => messageOf(error));
      return { text: `still running. ${state}`, hasChanged: false };
    }
    await delay(POLL_INTERVAL_MS);
  }
}

function isAtRest({ stage }: TaskStatus): boolean {
  return stage === 'Awaiting verdict' || stage === 'Done' || stage === 'Rejected' || stage === 'Needs attention';
}

async function readEnd(client: Client, task: TaskRun): Promise<StateAfterAction | undefined> {
  const { status, runId } = await client.workflow.getHandle(task.workflowId, task.runId).describe();
  if (isRunOpen(status.name)) return undefined;
  const record = await readDeliveryRecord(client, { ...task, runId });
  const how =
    record === undefined
      ? (endStatusText(status.name) ?? 'for an unknown reason')
      : `${record.outcome}: ${record.sentence}`;
  return { text: `ended, ${how}`, hasChanged: true };
}
