import { WorkflowFailedError, type Client } from '@temporalio/client';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { CommandError } from '../exit-codes';
import type { TaskRun } from './query-status';

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
