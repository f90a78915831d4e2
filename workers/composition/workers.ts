import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import {
  createAuditActivities,
  createAuditLog,
  createCeltraActivities,
  createConversionActivities,
  createDecoderProcesses,
  createCreativeForceActivities,
  createCreativeWatchActivities,
  createFetchActivities,
  createInputActivities,
  createNotificationActivities,
  createPlanKeeper,
  createPlanningThreads,
  createPlanningActivities,
  createPreflightActivities,
  createRecordActivities,
  createSpecCache,
  createSpool,
  createSpoolActivities,
  createSummaryActivities,
  createSweepActivities,
  createTaskEntriesReader,
  createTerminationNotes,
  createVerdictActivities,
  planHere,
  type AuditLog,
  type CountWaiting,
  type SweepStarter,
} from '../../activities';
import { createStore, RequestBudget, UnsafeStoreError } from '../../clients';
import { type ExtpostConfig, storagePart } from '../../config';
import { gatewayQueue, spoolQueue, taskQueues } from '../../workflows/task-queues';
import { requireWorkflowBundle } from '../bundle/workflow-bundle';
import type { ActivityJournal } from '../crash-recovery/activity-journal';
import { journalActivities } from '../crash-recovery/report-lost-activities';
import type { Traces } from '../../temporal';
import { countFailures, traceActivities } from '../metrics/activity-failures';
import type { WorkerMetrics } from '../metrics/worker-metrics';
import { createLeaseWorker } from '../gateway-lease/lease-worker';
import { ownEgress } from '../gateway-lease/own-egress';
import { turnOfActivity } from '../gateway-lease/request-turn';
import type { RunningWork } from '../stopping/running-work';
import { timeBeforeCancellation } from '../stopping/run-until-stopped';
import { openCovers, openPictures } from './pictures';
import { takeSpoolSlot, type SpoolSlot } from './spool-slot';
import { celtraAccounts, createStudios } from './studios';

/** The task queues that a process can serve: all of them by default. */
export const queueNames = ['main', 'gateway', 'celtra', 'transfer'] as const;
export type QueueName = (typeof queueNames)[number];

/** Many share a request, and whose account is slow must leave room for others. */
const CELTRA_ACTIVITIES_FOR_EACH_REQUEST = 4;

/** Batches of downloads that one worker takes, of up to 64 files each; another worker may take what this one cannot begin now. */
const MAX_FETCH_BATCHES = 16;

/** Batches that one worker takes for its own spool; each that waits for a permit costs a heartbeat every 1.5 s. */
const MAX_SPOOL_BATCHES = 1_000;

/** Each cached workflow takes about a megabyte, and one that is evicted is only replayed. */
const CACHED_WORKFLOWS = 300;
/**
 * After a restart all runs are replayed by one thread; many more at once would each miss the ten seconds that a task has. Each also
 * counts while it is on its way from the server and back, so ten were too few for a busy server.
 */
const WORKFLOW_TASKS_AT_ONCE = 20;

/** A worker starts without an audit that is slow to answer. */
const AUDIT_ANSWERS_WITHIN_MS = 10_000;

export interface WorkerSettings {
  readonly config: ExtpostConfig;
  readonly connection: NativeConnection;
  /** Renews the gateway lease, and reports the activities of a killed worker. */
  readonly client: Client;
  readonly logger: Logger;
  readonly namespace: string;
  /** The same for every worker and client of the namespace. */
  readonly dataConverter: DataConverter;
  readonly queues: readonly QueueName[];
  readonly sweepStarter: SweepStarter;
  readonly countWaiting: CountWaiting;
  readonly metrics: WorkerMetrics;
  readonly traces?: Pick<Traces, 'begin'> | undefined;
  readonly bundlePath?: string;
  /** How Temporal shows the workers; absent means by process and host. */
  readonly identity?: string;
}

export interface CreatedWorkers {
  readonly workers: readonly Worker[];
  /** The part of the spool that they use; to be released when they have stopped. */
  readonly slot?: SpoolSlot | undefined;
}

/** Creates the workers of a process, which do not run yet. Without a journal only heartbeats show that it was killed. */
export async function createWorkers(
  settings: WorkerSettings,
  journal: ActivityJournal | undefined,
  work: Pick<RunningWork, 'interceptor'>,
): Promise<CreatedWorkers> {
  const { config, connection, client, logger, namespace, dataConverter, metrics, queues } = settings;
  const budget = new RequestBudget({
    limit: config.worker.gatewayRequestsPerSecond,
    observer: metrics.budget,
    turn: turnOfActivity,
  });
  const studios = createStudios(config, metrics, budget);
  const audit = config.audit.enabled ? createAuditLog(config.audit.store, config.audit.keys) : undefined;
  if (audit !== undefined && queues.includes('main')) await requireOneChain(audit, logger);
  const readEntries = audit && createTaskEntriesReader(audit);
  const noteTermination = audit && readEntries && createTerminationNotes(audit, readEntries);
  const journaling = journal === undefined ? [] : [journalActivities(journal, queues.includes('main'))];
  const tracing = settings.traces === undefined ? [] : [traceActivities(settings.traces)];
  const unversioned = {
    connection,
    namespace,
    dataConverter,
    ...(settings.identity !== undefined && { identity: settings.identity }),
    shutdownGraceTime: timeBeforeCancellation(config.worker.shutdownGrace),
    interceptors: { activity: [...tracing, work.interceptor, ...journaling, countFailures(metrics)] },
    // After this long another worker may take the workflows of a killed one.
    stickyQueueScheduleToStartTimeout: '2s',
    // A cancellation reaches an activity with the answer to a heartbeat, so heartbeats are not held back for long.
    maxHeartbeatThrottleInterval: '1500ms',
    defaultHeartbeatThrottleInterval: '1500ms',
  } as const satisfies Partial<WorkerOptions>;
  const common = { ...unversioned, ...versioningOptions(config.worker) };

  // Only tests run a worker from its sources, which no other process can read.
  const isBuilt = !__filename.endsWith('.ts');
  const decoder = isBuilt ? createDecoderProcesses({ decodedBytes: config.worker.decodedBytes }) : undefined;
  const planner = isBuilt ? createPlanningThreads().planner : planHere;
  const pictures = await openPictures(config, { isBuilt, metrics, logger });
  const plans = createPlanKeeper(createStore(storagePart(config.storage, 'plans')), (error) => {
    logger.warn({ err: error }, 'The data behind a plan could not be saved for the board.');
  });
  const specs = createSpecCache();
  // What can be refused comes before the first worker, which would keep the connection.
  const egress = queues.includes('gateway') ? ownEgress(config.worker) : undefined;
  const slot = queues.includes('transfer') ? await takeSlot(config.worker, logger) : undefined;
  const create: Record<QueueName, () => Promise<Worker[]>> = {
    main: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.main,
        workflowBundle: requireWorkflowBundle(settings.bundlePath),
        maxCachedWorkflows: CACHED_WORKFLOWS,
        maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS_AT_ONCE,
        activities: {
          ...createPlanningActivities(studios, readEntries, { plans, specs, planner }),
          ...createPreflightActivities(studios),
          ...createSweepActivities(settings.sweepStarter, studios, noteTermination),
          ...createAuditActivities(studios, audit),
          ...createNotificationActivities(studios, openCovers(config)),
          ...createSummaryActivities(studios, { audit, countWaiting: settings.countWaiting }),
          ...createRecordActivities(readEntries),
        },
      }),
    ],
    gateway: async () => {
      const createGatewayWorker = (): Promise<Worker> =>
        Worker.create({
          ...unversioned,
          taskQueue: gatewayQueue(egress),
          activities: {
            ...createCreativeForceActivities(studios, specs),
            ...createVerdictActivities(studios, config.worker.gatewayRequestsPerSecond),
          },
          // Enough for answers that take most of a second. More would only wait here, with heartbeats,
          // where no priority helps them.
          maxConcurrentActivityTaskExecutions: Math.ceil(1.25 * config.worker.gatewayRequestsPerSecond),
        });
      // What ends with the lease is no interrupted work.
      const leaseOptions = { ...unversioned, interceptors: { activity: journaling } };
      return [await createLeaseWorker({ options: leaseOptions, client, budget, egress, createGatewayWorker, logger })];
    },
    celtra: async () => [
      await Worker.create({
        ...common,
        taskQueue: taskQueues.celtra,
        activities: {
          ...createCeltraActivities(studios, pictures, plans, planner),
          ...createCreativeWatchActivities(studios, pictures, planner),
        },
        // The limit of each account decides how many are sent; here its next ones wait for their turn, or for one request.
        maxConcurrentActivityTaskExecutions: CELTRA_ACTIVITIES_FOR_EACH_REQUEST * celtraRequestsAtOnce(config),
      }),
    ],
    transfer: async () => {
      if (slot === undefined) return [];
      const { spool: spoolSettings, bytesInFlight, transfersInParallel } = config.worker;
      const spool = createSpool(slot.folder, spoolQueue(slot.name), {
        ...spoolSettings,
        root: spoolSettings.folder,
        bytesInFlight,
        filesInFlight: transfersInParallel,
        clearAfterMs: spoolSettings.clearAfter,
      });
      await spool.clearOlderThan(spoolSettings.clearAfter);
      await spool.clearUnfinished();
      const inputs = { folder: path.join(slot.folder, 'inputs'), capacity: spool.capacity, pictures, planner };
      await rm(inputs.folder, { recursive: true, force: true });
      const uploads = createStore(storagePart(config.storage, 'uploads'));
      return [
        await Worker.create({
          ...common,
          taskQueue: taskQueues.transfer,
          activities: {
            ...createFetchActivities(studios, spool, { decoder, pictures, uploads }),
            ...createInputActivities(studios, inputs),
          },
          maxConcurrentActivityTaskExecutions: Math.min(MAX_FETCH_BATCHES, transfersInParallel),
        }),
        await Worker.create({
          ...common,
          taskQueue: spool.queue,
          activities: {
            ...createSpoolActivities(studios, spool),
            ...createConversionActivities(studios, spool, decoder, pictures),
          },
          // Only this worker has the files, and an activity that is not taken within 45 s counts as one of a lost
          // worker. So all are taken, and wait here for a permit.
          maxConcurrentActivityTaskExecutions: MAX_SPOOL_BATCHES,
        }),
      ];
    },
  };
  try {
    const created = await Promise.all(queueNames.filter((name) => queues.includes(name)).map((name) => create[name]()));
    return { workers: created.flat(), slot };
  } catch (error) {
    await slot?.release();
    throw error;
  }
}

/** Throws with advice when the spool's folder cannot be used. */
function takeSlot({ spool }: ExtpostConfig['worker'], logger: Pick<Logger, 'info'>): Promise<SpoolSlot> {
  return takeSpoolSlot(spool.folder, {
    clearAfterMs: spool.clearAfter,
    onWatch: () => {
      logger.info(
        `The spool folder ${spool.folder} was last used before this machine was started, or by another machine. ` +
          'Checking for 15 s whether a worker there still runs.',
      );
    },
  });
}

function celtraRequestsAtOnce(config: ExtpostConfig): number {
  return celtraAccounts(config).reduce((sum, { max }) => sum + max, 0);
}

/**
 * Throws where two workers could give one number to two lines of the audit. A store that is away is asked again when the first line is
 * written.
 */
async function requireOneChain(audit: AuditLog, logger: Logger): Promise<void> {
  const tooLate = pause(AUDIT_ANSWERS_WITHIN_MS, 'no answer' as const, { ref: false });
  try {
    if ((await Promise.race([audit.keepsOneChain(), tooLate])) !== 'no answer') return;
    logger.warn(`The audit in ${audit.place} does not answer. Deliveries wait once they have a line to write.`);
  } catch (error) {
    if (error instanceof UnsafeStoreError) throw error;
    logger.warn({ err: error }, `The audit in ${audit.place} cannot be written at the moment.`);
  }
}

/** Temporal's Worker Versioning, if it is configured. */
export function versioningOptions({
  versioning,
}: Pick<ExtpostConfig['worker'], 'versioning'>): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (versioning === undefined) return {};
  const { deployment: deploymentName, buildId, behavior } = versioning;
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: behavior === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE',
    },
  };
}
