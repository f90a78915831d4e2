import { Command } from 'commander';

import { loadConfig } from '../../config';
import {
  createTaskStarter,
  createWebhookReceiver,
  openHeaderRecorder,
  openSignaturePins,
  openTemporal,
} from '../../starters';
import { createLogger } from '../../workers';
import { configOption, portNumber } from '../options';
import { untilStopped } from '../stop-signal';
import { endWithParent, tellParent } from '../supervised';

interface ReceiverOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: number;
}

/** `extpost receiver`: takes webhooks. It starts before Temporal is reachable, and answers 503 until it is. */
export function receiverCommand(): Command {
  return new Command('receiver')
    .description('take webhooks: POST /webhooks/creative-force/<studio>')
    .addOption(configOption())
    .option('--host <address>', 'listen here instead of where the configuration says')
    .option('--port <port>', 'listen on this port instead of the configured one', portNumber)
    .action(async ({ config: path, host, port }: ReceiverOptions) => {
      const config = await loadConfig({ path, environment: process.env });
      const logger = createLogger(config.logging.level);
      endWithParent();
      const temporal = openTemporal({ ...config.temporal, environment: process.env });
      const studios = Object.fromEntries(
        Object.entries(config.studios).map(([name, { creativeForce }]) => {
          const { webhookSecrets, signatureMode, workspaces } = creativeForce;
          return [name, { webhookSecrets, signatureMode, workspaces }];
        }),
      );
      const { stateFolder: folder, recordHeaders: deliveries } = config.receiver;
      const receiver = createWebhookReceiver({
        studios,
        signaturePins: await openSignaturePins({ folder, studios, logger }),
        headerRecorder: await openHeaderRecorder({ folder, deliveries, logger }),
        starter: createTaskStarter(temporal.client),
        isTemporalReachable: () => temporal.isReachable(),
        bodyLimit: config.receiver.bodyLimit,
        temporalTimeoutMs: config.receiver.temporalTimeout,
        logger,
      });
      const address = await receiver.listen({
        host: host ?? config.receiver.host,
        port: port ?? config.receiver.port,
      });
      logger.info(`Receiver listens on ${address}.`);
      tellParent({ ready: { address } });
      await untilStopped();
      await receiver.close();
      await temporal.close();
    });
}
