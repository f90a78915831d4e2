import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';

import { leaseQueue, taskQueues } from '../../workflows/task-queues';

/** The id of the workflow that hands out the lease of one network address; without a name that of the only one. */
export function leaseWorkflowId(egress?: string): string {
  return leaseQueue(egress);
}

const CHECK_EVERY_MS = 10_000;
/** A holder notices the end of its run at its next heartbeat, or stops sending when it gets no answer to any. */
const HOLDER_STOPS_WITHIN_MS = 5_000;

interface KeepLeaseOptions {
  readonly isVersioned?: boolean;
  readonly checkEveryMs?: number;
  /** The name of this worker's network address, where there are several. */
  readonly egress?: string | undefined;
}

/** Starts the workflow of the gateway lease unless it runs, and again should somebody have ended it. */
export function keepGatewayLease(
  client: Client,
  logger: Pick<Logger, 'warn'>,
  { isVersioned = false, checkEveryMs = CHECK_EVERY_MS, egress }: KeepLeaseOptions = {},
): { stop(): void } {
  const workflowId = leaseWorkflowId(egress);
  let hasRun = false;
  const check = async (): Promise<void> => {
    const status = await lastStatus(client, workflowId);
    hasRun ||= status !== undefined;
    if (status === 'RUNNING') return;
    await client.workflow.start('gatewayLease', {
      workflowId,
      taskQueue: taskQueues.main,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ afterMs: hasRun ? HOLDER_STOPS_WITHIN_MS : 0, egress }],
      // It outlives every version of the workers, and must not keep one from being drained.
      ...(isVersioned && { versioningOverride: 'AUTO_UPGRADE' }),
      staticSummary: 'The worker that sends the requests to Creative Force’s gateway',
    });
  };
  const tryCheck = (): void => {
    client.withDeadline(Date.now() + checkEveryMs, check).catch((error: unknown) => {
      logger.warn({ err: error }, `The workflow ${workflowId} could not be started; extpost tries again.`);
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
async function lastStatus(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
