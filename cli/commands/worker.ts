import { NativeConnection } from '@temporalio/worker';
import { Command, InvalidArgumentError } from 'commander';

import { loadConfig } from '../../config';
import { connectTemporal, createTaskStarter } from '../../starters';
import { createLogger, installRuntime, queueNames, runWorkers, type QueueName } from '../../workers';
import { configOption } from '../options';
import { endWithParent, tellParent } from '../supervised';

interface WorkerOptions {
  readonly config: string;
  readonly queues: readonly QueueName[];
}

/** `extpost worker`: does the work until it is told to stop. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('do the work: workflows and activities of all queues, or of those named')
    .addOption(configOption())
    .option('-q, --queues <names>', `which parts to take, comma-separated: ${queueNames.join(', ')}`, parseQueues, [
      ...queueNames,
    ])
    .action(async ({ config: path, queues }: WorkerOptions) => {
      const config = await loadConfig({ path, environment: process.env });
      const logger = createLogger(config.logging.level);
      installRuntime(logger);
      endWithParent();
      const temporal = await connectTemporal({ ...config.temporal, environment: process.env });
      const connection = await NativeConnection.connect(temporal.connectionOptions);
      try {
        await runWorkers({
          config,
          connection,
          namespace: temporal.namespace,
          queues,
          ensurer: createTaskStarter(temporal.client),
          logger,
          whenReady: () => {
            tellParent({ ready: true });
          },
        });
      } finally {
        await connection.close();
        await temporal.close();
      }
    });
}

function parseQueues(text: string): QueueName[] {
  return text.split(',').map((name) => {
    const known = queueNames.find((queue) => queue === name.trim());
    if (known === undefined) {
      throw new InvalidArgumentError(`There is no queue "${name}"; there are ${queueNames.join(', ')}.`);
    }
    return known;
  });
}
