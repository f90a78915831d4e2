import { NativeConnection } from '@temporalio/worker';
import { Command, InvalidArgumentError } from 'commander';

import { loadConfig, workerCredentials } from '../../config';
import { createWorkerMetrics, installRuntime, type QueueName, queueNames, runWorkers } from '../../workers';
import { createLogger } from '../../workers/logging';
import { countWaiting, createTaskStarter, measureAuditBacklog, withSweepMetrics } from '../../starters';
import { openTraces } from '../../temporal/traces';
import { exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';
import { awaitTemporal } from '../shared/with-temporal';
import { waitForStopSignal } from '../shared/signals';
import { startSweepAlarm } from '../sweep/sweep-alarm';
import { keepFilesPrivate } from './private-files';
import { keepStorageClear } from './storage-clearing';
import { exitWithParent, notifyParent } from './supervision';

interface WorkerOptions {
  readonly config: string;
  readonly queues: readonly QueueName[];
}

export function workerCommand(): Command {
  return new Command('worker')
    .description('run workflows and activities')
    .addOption(configOption())
    .option('-q, --queues <names>', `which queues to serve, comma-separated: ${queueNames.join(', ')}`, parseQueues, [
      ...queueNames,
    ])
    .action(async ({ config: path, queues }: WorkerOptions) => {
      const config = await loadConfig({ path, needs: workerCredentials });
      const logger = createLogger(config.logging.level);
      const { temporalMetricsPort, monitoringHost } = config.worker;
      installRuntime(
        logger,
        temporalMetricsPort === undefined ? undefined : { host: monitoringHost, port: temporalMetricsPort },
      );
      exitWithParent();
      keepFilesPrivate();
      const traces = openTraces({ ...config.telemetry.traces, service: 'extpost-worker' });
      const temporal = await awaitTemporal({ ...config.temporal, traces });
      const clearing = await keepStorageClear(config, logger);
      const connection = await NativeConnection.connect(temporal.connectionOptions);
      const metrics = createWorkerMetrics();
      const { registry } = metrics;
      const { client } = temporal;
      measureAuditBacklog(client, registry);
      // The worker that runs sweeps also notifies people when none runs.
      const alarm = queues.includes('main')
        ? startSweepAlarm(config, { client, logger, registry, tells: true })
        : undefined;
      let end: 'stopped' | 'forced' | 'failed' = 'failed';
      try {
        end = await runWorkers({
          config,
          connection,
          client,
          namespace: temporal.namespace,
          dataConverter: temporal.dataConverter,
          queues,
          sweepStarter: withSweepMetrics(createTaskStarter(client), registry),
          countWaiting: (studio) => countWaiting(client, studio),
          metrics,
          traces,
          logger,
          stopRequested: waitForStopSignal(),
          whenReady: () => {
            notifyParent({ ready: true });
          },
        });
      } finally {
        clearing.stop();
        alarm?.stop();
        // A connection cannot be closed while a worker has it: one that hangs, or that was created and could not run.
        if (end === 'stopped') await connection.close();
        await temporal.close();
        await traces?.close();
      }
      // Whatever hangs must not keep the process.
      if (end === 'forced') process.exit(exitCodes.done);
    });
}

function parseQueues(text: string): QueueName[] {
  return text.split(',').map((name) => {
    const known = queueNames.find((queue) => queue === name.trim());
    if (known === undefined) {
      throw new InvalidArgumentError(`There is no queue "${name}". The queues are ${queueNames.join(', ')}.`);
    }
    return known;
  });
}
