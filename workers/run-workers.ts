import path from 'node:path';

import type { Client } from '@temporalio/client';

import { warnOfPastedTokens } from './composition/studios';
import { createWorkers, type WorkerSettings } from './composition/workers';
import { openJournal } from './crash-recovery/activity-journal';
import { reportLostActivities } from './crash-recovery/report-lost-activities';
import { startMonitoringServer } from './metrics/monitoring-server';

export interface RunWorkersOptions extends WorkerSettings {
  /** Reports the activities of a killed worker. */
  readonly client: Client;
  readonly whenReady?: () => void;
}

/** Runs a worker for each queue until the process is told to stop; running activities may finish in the grace time. */
export async function runWorkers(options: RunWorkersOptions): Promise<void> {
  const { config, client, logger, metrics, queues } = options;
  warnOfPastedTokens(config, logger);
  const folder = path.join(config.worker.spool.folder, 'journal');
  const journal = await openJournal(folder).catch((error: unknown) => {
    logger.warn({ err: error }, 'No journal of activities can be kept: a kill is noticed by missed heartbeats only.');
    return undefined;
  });
  const reporting = reportLostActivities({ folder, client, metrics, logger });
  const { workers, slot } = await createWorkers(options, journal);
  logger.info({ queues, studios: Object.keys(config.studios) }, `Worker is ready: ${queues.join(', ')}.`);
  const { healthPort, monitoringHost } = config.worker;
  const isLive = (): boolean => workers.every((worker) => worker.getState() === 'RUNNING');
  // Started before the workers run, because an error here must not leave running workers behind.
  const health =
    healthPort === undefined
      ? undefined
      : await startMonitoringServer({ host: monitoringHost, port: healthPort }, metrics.registry, isLive);
  try {
    const running = Promise.all(workers.map((worker) => worker.run()));
    options.whenReady?.();
    let loss: string | undefined;
    void slot?.lost.then((sentence) => {
      loss = sentence;
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    });
    await running;
    if (loss !== undefined) throw new Error(`${loss} This worker ends, so that no two use it; start it again.`);
  } finally {
    await health?.close();
    await reporting;
    await slot?.release();
  }
  await journal?.close();
  logger.info('Worker has stopped; nothing of it runs any more.');
}
