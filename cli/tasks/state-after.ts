import type { Client } from '@temporalio/client';

import type { TaskStatus } from '../../domain/task-status';
import { pause } from '../celtra/persist';
import { askStatus, type RunOfTask } from './ask-task';
import { isOpen, lastWords } from './run-words';
import { statusLine } from './status-text';
import { readRecord } from './task-record';

const LOOK_EVERY_MS = 250;
/** A task that was told to go on does so at once; one that is parked this long after is parked again, or still. */
const GOES_ON_WITHIN_MS = 2_000;

/** How a task stands after an act. */
export interface StateAfter {
  /** In words, e.g. `Awaiting verdict: Submitted …`. */
  readonly text: string;
  /** Whether the act has shown: the task goes on, waits for something else, or has ended. */
  readonly isMoved: boolean;
  readonly hasEnded: boolean;
}

/**
 * Waits until a task that was told to go on has come to rest, or the time is over; says where it stands then. What it
 * was parked for before the act tells whether it only waits for the same again.
 */
export async function stateAfterGoingOn(
  client: Client,
  task: RunOfTask,
  before: TaskStatus,
  waitMs: number,
): Promise<StateAfter> {
  const began = Date.now();
  let hasGoneOn = before.attention === undefined;
  for (;;) {
    const ended = await endOf(client, task);
    if (ended !== undefined) return ended;
    const status = await askStatus(client, task);
    const { attention } = status;
    hasGoneOn ||= attention === undefined;
    const isOver = Date.now() - began >= waitMs;
    if (attention !== undefined && (hasGoneOn || isOver || Date.now() - began >= GOES_ON_WITHIN_MS)) {
      const isSame = attention.cause === before.attention?.cause && attention.message === before.attention.message;
      return { text: `${isSame ? 'still ' : ''}${statusLine(status)}`, isMoved: !isSame, hasEnded: false };
    }
    if (attention === undefined && (isRest(status) || before.attention === undefined)) {
      return { text: statusLine(status), isMoved: true, hasEnded: false };
    }
    if (isOver) return { text: `${statusLine(status)} (still under way)`, isMoved: true, hasEnded: false };
    await wait(LOOK_EVERY_MS);
  }
}

/** Waits until a task's run has ended, or the time is over; says how it stands then. */
export async function stateAfterEnding(client: Client, task: RunOfTask, waitMs: number): Promise<StateAfter> {
  const until = Date.now() + waitMs;
  for (;;) {
    const ended = await endOf(client, task);
    if (ended !== undefined) return ended;
    if (Date.now() >= until) {
      const where = await askStatus(client, task).then(statusLine, (error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      return { text: `still running. ${where}`, isMoved: false, hasEnded: false };
    }
    await wait(LOOK_EVERY_MS);
  }
}

function isRest({ stage }: TaskStatus): boolean {
  return stage === 'Awaiting verdict' || stage === 'Done' || stage === 'Rejected' || stage === 'Needs attention';
}

async function endOf(client: Client, task: RunOfTask): Promise<StateAfter | undefined> {
  const { status, runId } = await client.workflow.getHandle(task.workflowId, task.runId).describe();
  if (isOpen(status.name)) return undefined;
  const record = await readRecord(client, { ...task, runId });
  const text =
    record === undefined
      ? `ended, ${lastWords(status.name) ?? 'nobody knows how'}`
      : `ended, ${record.outcome}: ${record.sentence}`;
  return { text, isMoved: true, hasEnded: true };
}

function wait(milliseconds: number): Promise<void> {
  return pause(milliseconds, new AbortController().signal);
}
