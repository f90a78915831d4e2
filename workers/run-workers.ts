import { rm } from 'node:fs/promises';
import path from 'node:path';

import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import {
  createAuditActivities,
  createCeltraActivities,
  createConversionActivities,
  createCreativeForceActivities,
  createCreativeWatchActivities,
  createFetchActivities,
  createInputActivities,
  createNotificationActivities,
  createPlanningActivities,
  createPreflightActivities,
  createRecordActivities,
  createSpool,
  createSpoolActivities,
  createSweepActivities,
  createVerdictActivities,
  type SweepStarter,
} from '../activities';
import type { ExtpostConfig } from '../config';
import { spoolQueue, taskQueues } from '../workflows/task-queues';
import { startHealthServer } from './health-server';
import type { WorkerMetrics } from './metrics/worker-metrics';
import { countFailures } from './metrics/activity-failures';
import { takeSpoolSlot } from './spool-slot';
import { createAudit } from './composition/audit';
import { createStudios, warnOfPastedTokens } from './composition/studios';
import { journalActivities, reportLostActivities } from './crash-recovery/report-lost-activities';
import { openJournal, type ActivityJournal } from './crash-recovery/activity-journal';
import { versioningOf } from './versioning';
import { requireWorkflowBundle } from './workflow-bundle';

/** The parts of the work that a process can take: all of them by default. */
export const queueNames = ['main', 'gateway', 'celtra', 'transfer'] as const;
export type QueueName = (typeof queueNames)[number];

/**
 * Batches that one worker takes on for the files that lie in its spool; those that wait for their turn cost a heartbeat
 * a second.
 */
const MAX_SPOOL_BATCHES = 1_000;

/** Workflows kept in memory; each costs about a megabyte, and an evicted one is only replayed. */
const CACHED_WORKFLOWS = 300;

export interface RunWorkersOptions {
  readonly config: ExtpostConfig;
  readonly connection: NativeConnection;
  /** Tells the server what a killed worker had under way. */
  readonly client: Client;
  readonly namespace: string;
  /** How payloads are written; the same for every worker and client of the namespace. */
  readonly dataConverter: DataConverter;
  readonly queues: readonly QueueName[];
  /** Starts what the sweep finds missing. */
  readonly sweepStarter: SweepStarter;
  readonly metrics: WorkerMetrics;
  readonly logger: Logger;
  readonly bundlePath?: string;
  /** Called once every queue has its worker. */
  readonly whenReady?: () => void;
}

/** Runs a worker per queue until the process is told to stop; then lets what is under way finish in the grace time. */
export async function runWorkers(options: RunWorkersOptions): Promise<void> {
  const { config, client, logger, metrics, queues } = options;
  warnOfPastedTokens(config, logger);
  const folder = path.join(config.worker.spool.folder, 'under-way');
  const notes = await openJournal(folder).catch((error: unknown) => {
    logger.warn(
      { err: error },
      'No notes can be kept of what is under way: a kill is noticed by missed heartbeats only.',
    );
    return undefined;
  });
  const telling = reportLostActivities({ folder, client, metrics, logger });
  const workers = await createWorkers(options, notes);
  logger.info({ queues, studios: Object.keys(config.studios) }, `Worker is ready: ${queues.join(', ')}.`);
  const { healthPort } = config.worker;
  const isLive = (): boolean => workers.every((worker) => worker.getState() === 'RUNNING');
  // Before the workers run: a taken port must not leave them running behind an error.
  const health = healthPort === undefined ? undefined : await startHealthServer(healthPort, isLive, metrics.registry);
  try {
    const running = Promise.all(workers.map((worker) => worker.run()));
    options.whenReady?.();
    await running;
  } finally {
    await health?.close();
    await telling;
  }
  await notes?.close();
  logger.info('Worker has stopped; nothing of it runs any more.');
}

async function createWorkers(options: RunWorkersOptions, notes: ActivityJournal | undefined): Promise<Worker[]> {
  const { config, connection, namespace, dataConverter, sweepStarter: ensurer, metrics, queues, bundlePath } = options;
  const studios = createStudios(config, metrics);
  const audit = createAudit(config);
  const common = {
    connection,
    namespace,
    dataConverter,
    ...versioningOf(config.worker),
    shutdownGraceTime: config.worker.shutdownGrace,
    interceptors: {
      activity: [
        ...(notes === undefined ? [] : [journalActivities(notes, queues.includes('main'))]),
        countFailures(metrics),
      ],
    },
    // A killed worker's workflows go to another one after this long.
    stickyQueueScheduleToStartTimeout: '2s',
    // A cancel reaches an activity with the answer to a heartbeat, so these may not be held back for long.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
  } as const satisfies Partial<WorkerOptions>;
  const make: Record<QueueName, () => Promise<Worker[]>> = {
    main: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.main,
        workflowBundle: requireWorkflowBundle(bundlePath),
        maxCachedWorkflows: CACHED_WORKFLOWS,
        activities: {
          ...createPlanningActivities(studios),
          ...createPreflightActivities(studios),
          ...createSweepActivities(ensurer, studios),
          ...createAuditActivities(studios, audit),
          ...createNotificationActivities(studios),
          ...createRecordActivities(),
        },
      }),
    ],
    gateway: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.gateway,
        activities: { ...createCreativeForceActivities(studios), ...createVerdictActivities(studios) },
        // The server's limit, so it holds over all workers; the exact ceiling is in front of the socket.
        maxTaskQueueActivitiesPerSecond: config.worker.gatewayRequestsPerSecond,
        maxConcurrentActivityTaskExecutions: 2 * config.worker.gatewayRequestsPerSecond,
      }),
    ],
    celtra: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.celtra,
        activities: { ...createCeltraActivities(studios), ...createCreativeWatchActivities(studios) },
        maxConcurrentActivityTaskExecutions: config.worker.celtraRequestsInParallel,
      }),
    ],
    transfer: async () => {
      const slot = await takeSpoolSlot(config.worker.spool.folder, config.worker.spool.clearAfter);
      const spool = createSpool(slot.folder, spoolQueue(slot.name), {
        ...config.worker.spool,
        root: config.worker.spool.folder,
        bytesInFlight: config.worker.bytesInFlight,
        filesInFlight: config.worker.transfersInParallel,
        clearAfterMs: config.worker.spool.clearAfter,
      });
      await spool.clearOlderThan(config.worker.spool.clearAfter);
      await spool.clearUnfinished();
      const inputs = { folder: path.join(slot.folder, 'inputs'), room: spool.capacity };
      await rm(inputs.folder, { recursive: true, force: true });
      return [
        await Worker.create({
          ...common,
          taskQueue: taskQueues.transfer,
          activities: { ...createFetchActivities(studios, spool), ...createInputActivities(studios, inputs) },
          // What it cannot begin now another worker may.
          maxConcurrentActivityTaskExecutions: config.worker.transfersInParallel,
        }),
        await Worker.create({
          ...common,
          taskQueue: spool.queue,
          activities: { ...createSpoolActivities(studios, spool), ...createConversionActivities(studios, spool) },
          // Nobody else can do it, and work that is not taken within a minute counts as that of a worker that is gone
          // (workflows/profiles.ts): so all is taken, and waits here for its turn (Spool.inFlight).
          maxConcurrentActivityTaskExecutions: MAX_SPOOL_BATCHES,
        }),
      ];
    },
  };
  const made = await Promise.all(queueNames.filter((name) => queues.includes(name)).map((name) => make[name]()));
  return made.flat();
}
