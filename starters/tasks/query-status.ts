import {
  type Client,
  QueryNotRegisteredError,
  WorkflowFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import type { TaskStatus } from '../../domain/task/task-status';
import { statusQuery } from '../../workflows/external-post-task/messages/messages';
import { grpcCodes, grpcErrorOf } from '../../temporal';
import { TaskProblem } from './task-problem';

const ANSWER_TIMEOUT_MS = 5_000;

export interface TaskRun {
  readonly workflowId: string;
  readonly runId?: string | undefined;
}

/** No worker has answered: only a worker knows what a task's workflow would say. */
function noWorker(more = ''): TaskProblem {
  return new TaskProblem(
    'no worker',
    'No worker responds. Start one with "extpost worker", or look at the workers of the queue "extpost" in ' +
      `Temporal’s Web UI.${more}`,
  );
}

/** Asks a task where it stands. Throws {@link TaskProblem}. */
export async function queryStatus(
  client: Client,
  { workflowId, runId }: TaskRun,
  withinMs = ANSWER_TIMEOUT_MS,
): Promise<TaskStatus> {
  try {
    return await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow.getHandle(workflowId, runId).query(statusQuery),
    );
  } catch (error) {
    throw toTaskProblem(error);
  }
}

/** The same; `undefined` when no worker answers, or the task cannot. */
export async function statusIfAnswered(client: Client, run: TaskRun): Promise<TaskStatus | undefined> {
  return queryStatus(client, run).catch((error: unknown) => {
    if (error instanceof TaskProblem) return undefined;
    throw error;
  });
}

/** A known error as a TaskProblem; any other error as it is. */
export function toTaskProblem(error: unknown): unknown {
  if (error instanceof TaskProblem) return error;
  if (error instanceof WorkflowNotFoundError) {
    return new TaskProblem('ended', 'Its run has ended meanwhile, so no further action is possible.');
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return noWorker(' The action may still take effect when a worker starts: check with "extpost task show".');
  }
  const refusal = grpcErrorOf(error);
  // The server may give up an instant before we do.
  if (refusal?.code === grpcCodes.deadlineExceeded || refusal?.code === grpcCodes.cancelled) return noWorker();
  if (refusal?.code === grpcCodes.failedPrecondition) {
    return /poller/i.test(refusal.details)
      ? noWorker()
      : new TaskProblem(
          'failed',
          `The workflow cannot respond now: ${refusal.details}. Its page in the Web UI shows why.`,
        );
  }
  if (error instanceof QueryNotRegisteredError) {
    return new TaskProblem('failed', 'The workflow does not know this query: its worker has another version.');
  }
  if (refusal === undefined) return error;
  return new TaskProblem('failed', `Temporal could not do it: ${refusal.details}.`);
}

const TIMEOUT_MS = 10_000;

/** The record that an ended run has left; nothing when it did not end by itself. Needs no worker. */
export async function readDeliveryRecord(
  client: Client,
  { workflowId, runId }: TaskRun,
): Promise<DeliveryRecord | undefined> {
  try {
    return (await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
      client.workflow.getHandle(workflowId, runId).result(),
    )) as DeliveryRecord;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return undefined;
    throw error;
  }
}
