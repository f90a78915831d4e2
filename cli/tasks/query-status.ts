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
import { CommandError, exitCodes } from '../exit-codes';
import { grpcCodes, grpcErrorOf } from '../shared/grpc-error';

const ANSWER_TIMEOUT_MS = 5_000;

export interface TaskRun {
  readonly workflowId: string;
  readonly runId?: string | undefined;
}

/** No worker has answered: only a worker knows what a task's workflow would say. */
export class NoWorkerError extends CommandError {
  constructor(more = '') {
    super(
      'No worker answers: is one running? Start one with "extpost worker", or see the workers of the queue "extpost" in ' +
        `Temporal’s Web UI.${more}`,
      exitCodes.failed,
    );
  }
}

/** Asks a task where it stands. Throws {@link NoWorkerError}, or a CommandError in words. */
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
    throw toCommandError(error);
  }
}

/** A known error as a CommandError; any other error as it is. */
export function toCommandError(error: unknown): unknown {
  if (error instanceof CommandError) return error;
  if (error instanceof WorkflowNotFoundError) {
    return new CommandError(
      'Its run has ended meanwhile, so nothing can be done to it any more.',
      exitCodes.actionRejected,
    );
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new NoWorkerError(' The action may still be done when a worker starts: look with "extpost task show".');
  }
  const refusal = grpcErrorOf(error);
  // The server may give up an instant before we do.
  if (refusal?.code === grpcCodes.deadlineExceeded || refusal?.code === grpcCodes.cancelled) return new NoWorkerError();
  if (refusal?.code === grpcCodes.failedPrecondition) {
    return /poller/i.test(refusal.details)
      ? new NoWorkerError()
      : new CommandError(
          `The workflow cannot answer just now: ${refusal.details}. Its page in the Web UI shows why.`,
          exitCodes.failed,
        );
  }
  if (error instanceof QueryNotRegisteredError) {
    return new CommandError(
      'The workflow does not know this question: its worker is of another version.',
      exitCodes.failed,
    );
  }
  if (refusal === undefined) return error;
  return new CommandError(`Temporal could not do it: ${refusal.details}.`, exitCodes.failed);
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
    if (error instanceof WorkflowFailedError || error instanceof CommandError) return undefined;
    throw error;
  }
}
