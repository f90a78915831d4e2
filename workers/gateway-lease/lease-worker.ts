import { hostname } from 'node:os';

import {
  ActivityCancelledError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
  type Client,
} from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import { createGatewayLeaseActivities, type GatewayService } from '../../activities';
import type { RequestBudget } from '../../clients';
import { leaseQueue } from '../../workflows/task-queues';

export interface LeaseWorkerSettings {
  readonly options: Omit<WorkerOptions, 'taskQueue'>;
  readonly client: Client;
  readonly budget: RequestBudget;
  /** The name of this worker's network address, where there are several. */
  readonly egress?: string | undefined;
  /** Creates the worker of the gateway's queue, which does not run yet. */
  readonly createGatewayWorker: () => Promise<Worker>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The server's answers to a heartbeat after which the attempt no longer counts. */
const LOST = [ActivityNotFoundError, ActivityCancelledError, ActivityPausedError, ActivityResetError] as const;

/** Stands by for the gateway lease. While this process holds it, the gateway's queue is served, too. */
export function createLeaseWorker(settings: LeaseWorkerSettings): Promise<Worker> {
  const { options, client, budget, egress, createGatewayWorker, logger } = settings;
  budget.close();
  const holder = { host: hostname(), processId: process.pid };
  const renew = async (taskToken: Uint8Array, timeoutMs: number): Promise<'held' | 'lost' | 'unknown'> => {
    try {
      await client.activity.withDeadline(Date.now() + timeoutMs, () => client.activity.heartbeat(taskToken, holder));
      return 'held';
    } catch (error) {
      if (LOST.some((lost) => error instanceof lost)) return 'lost';
      logger.warn(
        { err: error },
        'Temporal did not answer, so this worker may soon lose the right to send requests to the gateway.',
      );
      return 'unknown';
    }
  };
  const serve = async (): Promise<GatewayService> => {
    const worker = await createGatewayWorker();
    const ended = worker.run();
    logger.info('This worker sends the requests to the gateway; others wait.');
    return {
      ended,
      stop: () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
      },
    };
  };
  return Worker.create({
    ...options,
    taskQueue: leaseQueue(egress),
    activities: createGatewayLeaseActivities({ renew, budget, serve }),
    maxConcurrentActivityTaskExecutions: 1,
    // The activity sees to an orderly end itself, so it is told at once.
    shutdownGraceTime: 0,
  });
}
