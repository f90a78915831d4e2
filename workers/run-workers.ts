import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import {
  createCeltraActivities,
  createCreativeForceActivities,
  createFetchActivities,
  createPlanningActivities,
  createSpool,
  createSpoolActivities,
  createSweepActivities,
  type TaskEnsurer,
} from '../activities';
import type { ExtpostConfig } from '../config';
import { spoolQueue, taskQueues } from '../workflows/task-queues';
import { startHealthServer } from './health-server';
import { takeSpoolSlot } from './spool-slot';
import { createStudios } from './studios';
import { requireWorkflowBundle } from './workflow-bundle';

/** The parts of the work that a process can take: all of them by default. */
export const queueNames = ['main', 'gateway', 'celtra', 'transfer'] as const;
export type QueueName = (typeof queueNames)[number];

/** Workflows kept in memory; each costs about a megabyte, and an evicted one is only replayed (temporal.md §3.4). */
const CACHED_WORKFLOWS = 300;

/** What lies in a spool for longer belongs to no task that is still under way. */
const SPOOLED_FOR_AT_MOST_MS = 2 * 24 * 60 * 60 * 1000;

export interface RunWorkersOptions {
  readonly config: ExtpostConfig;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly queues: readonly QueueName[];
  /** Starts what the sweep finds missing. */
  readonly ensurer: TaskEnsurer;
  readonly logger: Logger;
  readonly bundlePath?: string;
  /** Called once every queue has its worker. */
  readonly whenReady?: () => void;
}

/** Runs a worker per queue until the process is told to stop; then lets what is under way finish in the grace time. */
export async function runWorkers(options: RunWorkersOptions): Promise<void> {
  const { config, logger, queues } = options;
  const workers = await createWorkers(options);
  logger.info({ queues, studios: Object.keys(config.studios) }, `Worker is ready: ${queues.join(', ')}.`);
  const { healthPort } = config.worker;
  const isLive = (): boolean => workers.every((worker) => worker.getState() === 'RUNNING');
  // Before the workers run: a taken port must not leave them running behind an error.
  const health = healthPort === undefined ? undefined : await startHealthServer(healthPort, isLive);
  try {
    const running = Promise.all(workers.map((worker) => worker.run()));
    options.whenReady?.();
    await running;
  } finally {
    await health?.close();
  }
  logger.info('Worker has stopped; nothing of it runs any more.');
}

async function createWorkers(options: RunWorkersOptions): Promise<Worker[]> {
  const { config, connection, namespace, ensurer, queues, bundlePath } = options;
  const studios = createStudios(config);
  const common = {
    connection,
    namespace,
    shutdownGraceTime: config.worker.shutdownGrace,
    // A killed worker's workflows go to another one after this long.
    stickyQueueScheduleToStartTimeout: '5s',
  } as const satisfies Partial<WorkerOptions>;
  const make: Record<QueueName, () => Promise<Worker[]>> = {
    main: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.main,
        workflowBundle: requireWorkflowBundle(bundlePath),
        maxCachedWorkflows: CACHED_WORKFLOWS,
        activities: { ...createPlanningActivities(studios), ...createSweepActivities(ensurer, studios) },
      }),
    ],
    gateway: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.gateway,
        activities: createCreativeForceActivities(studios),
        // The server's limit, so it holds over all workers; the exact ceiling is in front of the socket (DESIGN §6).
        maxTaskQueueActivitiesPerSecond: config.worker.gatewayRequestsPerSecond,
        maxConcurrentActivityTaskExecutions: 2 * config.worker.gatewayRequestsPerSecond,
      }),
    ],
    celtra: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.celtra,
        activities: createCeltraActivities(studios),
        maxConcurrentActivityTaskExecutions: config.worker.celtraRequestsInParallel,
      }),
    ],
    transfer: async () => {
      const slot = await takeSpoolSlot(config.worker.spool.folder);
      const spool = createSpool(slot.folder, spoolQueue(slot.name));
      await spool.clearOlderThan(SPOOLED_FOR_AT_MOST_MS);
      const maxConcurrentActivityTaskExecutions = config.worker.transfersInParallel;
      return [
        await Worker.create({
          ...common,
          taskQueue: taskQueues.transfer,
          activities: createFetchActivities(studios, spool),
          maxConcurrentActivityTaskExecutions,
        }),
        await Worker.create({
          ...common,
          taskQueue: spool.queue,
          activities: createSpoolActivities(studios, spool),
          maxConcurrentActivityTaskExecutions,
        }),
      ];
    },
  };
  const made = await Promise.all(queueNames.filter((name) => queues.includes(name)).map((name) => make[name]()));
  return made.flat();
}
