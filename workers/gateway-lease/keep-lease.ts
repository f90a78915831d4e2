import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';

import { taskQueues } from '../../workflows/task-queues';

export const LEASE_WORKFLOW_ID = 'extpost-gateway-lease';
const CHECK_EVERY_MS = 10_000;
/** A holder notices the end of its run at its next heartbeat, or stops sending when it gets no answer to any. */
const HOLDER_STOPS_WITHIN_MS = 5_000;

/** Starts the workflow of the gateway lease unless it runs, and again should somebody have ended it. */
export function keepGatewayLease(
  client: Client,
  logger: Pick<Logger, 'warn'>,
  { isVersioned = false, checkEveryMs = CHECK_EVERY_MS } = {},
): { stop(): void } {
  let hasRun = false;
  const check = async (): Promise<void> => {
    const status = await lastStatus(client);
    hasRun ||= status !== undefined;
    if (status === 'RUNNING') return;
    await client.workflow.start('gatewayLease', {
      workflowId: LEASE_WORKFLOW_ID,
      taskQueue: taskQueues.main,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ afterMs: hasRun ? HOLDER_STOPS_WITHIN_MS : 0 }],
      // It outlives every version of the workers, and must not keep one from being drained.
      ...(isVersioned && { versioningOverride: 'AUTO_UPGRADE' }),
      staticSummary: 'Which worker sends the requests to Creative Force’s gateway',
    });
  };
  const tryCheck = (): void => {
    check().catch((error: unknown) => {
      logger.warn({ err: error }, `The workflow ${LEASE_WORKFLOW_ID} could not be started; it is tried again.`);
    });
  };
  tryCheck();
  const timer = setInterval(tryCheck, checkEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** `undefined`: there has been no run yet, or none that is remembered. */
async function lastStatus(client: Client): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(LEASE_WORKFLOW_ID).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
