import path from 'node:path';

import { warnOfPastedTokens } from './composition/studios';
import { createWorkers, type CreatedWorkers, type WorkerSettings } from './composition/workers';
import { requireOneStorage, storageId, storagePlace, workerIdentity } from './composition/storage-identity';
import { openJournal } from './crash-recovery/activity-journal';
import { reportLostActivities } from './crash-recovery/report-lost-activities';
import { keepGatewayLease } from './gateway-lease/keep-lease';
import { startMonitoringServer } from './metrics/monitoring-server';
import { clearDeadSlotsNowAndThen } from './composition/spool-slot';
import { runUntilStopped } from './stopping/run-until-stopped';
import { trackRunningWork } from './stopping/running-work';

export interface RunWorkersOptions extends WorkerSettings {
  /** Resolves when the process is told to stop. */
  readonly stopRequested: Promise<unknown>;
  readonly whenReady?: () => void;
}

/**
 * Runs a worker for each queue until the process is told to stop; running activities may finish in the grace time. `forced`: some
 * did not, and the caller must end the process.
 */
export async function runWorkers(options: RunWorkersOptions): Promise<'stopped' | 'forced'> {
  const { config, client, logger, metrics, queues } = options;
  warnOfPastedTokens(config, logger);
  const storage = await storageId(config.storage);
  const place = storagePlace(config.storage);
  await requireOneStorage({ client, namespace: options.namespace, storage, place, logger });
  const folder = path.join(config.worker.spool.folder, 'journal');
  const journal = await openJournal(folder).catch((error: unknown) => {
    logger.warn({ err: error }, 'No journal of activities can be kept: a kill is noticed by missed heartbeats only.');
    return undefined;
  });
  const work = trackRunningWork();
  const reporting = reportLostActivities({ folder, client, metrics, logger });
  let created: CreatedWorkers | undefined;
  const isLive = (): boolean => created?.workers.every((worker) => worker.getState() === 'RUNNING') ?? false;
  const { healthPort, monitoringHost, spool, versioning, shutdownGrace, egress } = config.worker;
  // Before there are workers, because an error here must not leave any behind.
  const health =
    healthPort === undefined
      ? undefined
      : await startMonitoringServer({ host: monitoringHost, port: healthPort }, metrics.registry, isLive);
  const clearing = clearDeadSlotsNowAndThen(spool.folder, logger);
  let lease: { stop(): void } | undefined;
  let end: 'stopped' | 'forced';
  try {
    created = await createWorkers({ ...options, identity: workerIdentity(storage) }, journal, work);
    logger.info({ queues, studios: Object.keys(config.studios) }, `The worker is ready: ${queues.join(', ')}.`);
    if (queues.includes('gateway')) {
      lease = keepGatewayLease(client, logger, { isVersioned: versioning !== undefined, egress });
    }
    let loss: string | undefined;
    const lost = created.slot?.lost.then((sentence) => {
      loss = sentence;
    });
    const ending = runUntilStopped(created.workers, {
      graceMs: shutdownGrace,
      stopRequested: Promise.race([options.stopRequested, ...(lost === undefined ? [] : [lost])]),
      work,
      logger,
    });
    options.whenReady?.();
    end = await ending;
    if (loss !== undefined)
      throw new Error(`${loss} This worker stops, so that no two workers use the folder; start it again.`);
  } finally {
    clearing.stop();
    lease?.stop();
    await health?.close();
    await reporting;
    await created?.slot?.release();
  }
  await journal?.close();
  if (end === 'stopped') logger.info('The worker has stopped.');
  return end;
}
