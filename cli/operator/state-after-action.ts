import type { Client } from '@temporalio/client';

import type { TaskStatus } from '../../domain/task/task-status';
import { delay } from '../shared/retry';
import { queryStatus, readDeliveryRecord, type TaskRun } from '../tasks/query-status';
import { statusLine } from '../tasks/show-task';
import { endStatusText, isRunOpen } from '../tasks/task-summary';

const POLL_INTERVAL_MS = 250;
/** A task that was told to go on does so at once; one that is parked this long after is parked again, or still. */
const RESUMES_WITHIN_MS = 2_000;

/** How a task stands after an act. */
export interface StateAfterAction {
  /** In words, e.g. `Awaiting verdict: Submitted …`. */
  readonly text: string;
  /** Whether the act has shown: the task goes on, waits for something else, or has ended. */
  readonly hasChanged: boolean;
  readonly hasEnded: boolean;
}

/**
 * Waits until a task that was told to go on has come to rest, or the time is over; says where it stands then. What it
 * was parked for before the act tells whether it only waits for the same again.
 */
export async function stateAfterResuming(
  client: Client,
  task: TaskRun,
  before: TaskStatus,
  waitMs: number,
): Promise<StateAfterAction> {
  const began = Date.now();
  let hasGoneOn = before.attention === undefined;
  for (;;) {
    const ended = await readEnd(client, task);
    if (ended !== undefined) return ended;
    const status = await queryStatus(client, task);
    const { attention } = status;
    hasGoneOn ||= attention === undefined;
    const isOver = Date.now() - began >= waitMs;
    if (attention !== undefined && (hasGoneOn || isOver || Date.now() - began >= RESUMES_WITHIN_MS)) {
      const isSame = attention.cause === before.attention?.cause && attention.message === before.attention.message;
      return { text: `${isSame ? 'still ' : ''}${statusLine(status)}`, hasChanged: !isSame, hasEnded: false };
    }
    if (attention === undefined && (isAtRest(status) || before.attention === undefined)) {
      return { text: statusLine(status), hasChanged: true, hasEnded: false };
    }
    if (isOver) return { text: `${statusLine(status)} (still under way)`, hasChanged: true, hasEnded: false };
    await wait(POLL_INTERVAL_MS);
  }
}

/** Waits until a task's run has ended, or the time is over; says how it stands then. */
export async function stateAfterEnding(client: Client, task: TaskRun, waitMs: number): Promise<StateAfterAction> {
  const until = Date.now() + waitMs;
  for (;;) {
    const ended = await readEnd(client, task);
    if (ended !== undefined) return ended;
    if (Date.now() >= until) {
      const where = await queryStatus(client, task).then(statusLine, (error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      return { text: `still running. ${where}`, hasChanged: false, hasEnded: false };
    }
    await wait(POLL_INTERVAL_MS);
  }
}

function isAtRest({ stage }: TaskStatus): boolean {
  return stage === 'Awaiting verdict' || stage === 'Done' || stage === 'Rejected' || stage === 'Needs attention';
}

async function readEnd(client: Client, task: TaskRun): Promise<StateAfterAction | undefined> {
  const { status, runId } = await client.workflow.getHandle(task.workflowId, task.runId).describe();
  if (isRunOpen(status.name)) return undefined;
  const record = await readDeliveryRecord(client, { ...task, runId });
  const text =
    record === undefined
      ? `ended, ${endStatusText(status.name) ?? 'nobody knows how'}`
      : `ended, ${record.outcome}: ${record.sentence}`;
  return { text, hasChanged: true, hasEnded: true };
}

function wait(milliseconds: number): Promise<void> {
  return delay(milliseconds, new AbortController().signal);
}
