import { WorkflowFailedError, type Client } from '@temporalio/client';

import type { DeliveryRecord } from '../../domain/delivery-record';
import { CommandError } from '../exit-codes';
import type { RunOfTask } from './ask-task';

const WITHIN_MS = 10_000;

/** The record that an ended run has left; nothing when it did not end by itself. Needs no worker. */
export async function readRecord(
  client: Client,
  { workflowId, runId }: RunOfTask,
): Promise<DeliveryRecord | undefined> {
  try {
    return (await client.withDeadline(Date.now() + WITHIN_MS, () =>
      client.workflow.getHandle(workflowId, runId).result(),
    )) as DeliveryRecord;
  } catch (error) {
    if (error instanceof WorkflowFailedError || error instanceof CommandError) return undefined;
    throw error;
  }
}
