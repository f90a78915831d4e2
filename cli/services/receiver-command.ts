import type { Command } from 'commander';

import { loadConfig } from '../../config';
import { createLogger } from '../../workers/logging';
import { startMonitoringServer } from '../../workers/metrics/monitoring-server';
import {
  countUnconfirmedTasks,
  createReceiverMetrics,
  createTaskStarter,
  createWebhookReceiver,
  openHeaderRecorder,
  startHealthServer,
} from '../../starters';
import { openTemporal } from '../../temporal';
import { openTraces } from '../../temporal/traces';
import { studioLogins } from '../login/studio-login';
import { listeningCommand, type ListenOptions } from '../shared/options';
import { waitForStopSignal } from '../shared/signals';
import { startSweepAlarm } from '../sweep/sweep-alarm';
import { keepFilesPrivate } from './private-files';
import { exitWithParent, notifyParent } from './supervision';

/** `extpost receiver`: takes webhooks. It starts before Temporal is reachable, and answers 503 until it is. */
export function receiverCommand(): Command {
  return listeningCommand('receiver')
    .description('receive webhooks at POST /webhooks/creative-force/<studio>')
    .action(async ({ config: path, host, port }: ListenOptions) => {
      const config = await loadConfig({ path, needs: ['temporal', 'webhooks', 'logins'] });
      const logger = createLogger(config.logging.level);
      exitWithParent();
      keepFilesPrivate();
      const traces = openTraces({ ...config.telemetry.traces, service: 'extpost-receiver' });
      const temporal = openTemporal({ ...config.temporal, traces });
      const studios = Object.fromEntries(
        Object.entries(config.studios).map(([name, { creativeForce }]) => {
          const { webhookSecrets, signatureMode, workspaces } = creativeForce;
          return [name, { webhookSecrets, signatureMode, workspaces }];
        }),
      );
      const isTemporalReachable = () => temporal.isReachable(config.receiver.temporalTimeout);
      const metrics = createReceiverMetrics({ studios: Object.keys(studios), isTemporalReachable });
      const { stateFolder: folder, recordHeaders: deliveries } = config.receiver;
      const receiver = createWebhookReceiver({
        studios,
        headerRecorder: await openHeaderRecorder({ folder, deliveries, logger }),
        starter: createTaskStarter(temporal.client),
        isTemporalReachable,
        logins: studioLogins(config),
        metrics,
        bodyLimit: config.receiver.bodyLimit,
        maxConnections: config.receiver.maxConnections,
        maxConnectionsPerPeer: config.receiver.maxConnectionsPerPeer,
        trustedProxies: config.receiver.trustedProxies,
        servesHealth: config.receiver.healthPort === undefined,
        temporalTimeoutMs: config.receiver.temporalTimeout,
        eventsOfStudio: config.receiver.eventsOfStudio,
        maxUnconfirmedTasks: config.receiver.maxUnconfirmedTasks,
        beginPerSecond: beginPerSecond(config.worker),
        countUnconfirmedTasks: countUnconfirmedTasks(temporal.client, config.receiver.temporalTimeout),
        maxEventAgeMs: config.receiver.maxEventAge,
        logger,
      });
      const { metricsPort, healthPort, monitoringHost } = config.receiver;
      const metricsServer =
        metricsPort === undefined
          ? undefined
          : await startMonitoringServer({ host: monitoringHost, port: metricsPort }, metrics.registry);
      const healthServer =
        healthPort === undefined
          ? undefined
          : await startHealthServer({ host: monitoringHost, port: healthPort }, isTemporalReachable);
      const address = await receiver.listen({
        host: host ?? config.receiver.host,
        port: port ?? config.receiver.port,
      });
      logger.info(`Receiver listens on ${address}.`);
      if (healthServer !== undefined) logger.info(`Its health is at ${healthServer.address}/health/live.`);
      if (metricsServer !== undefined) logger.info(`Its metrics are at ${metricsServer.address}/metrics.`);
      // When no worker runs, only the receiver can notice that sweeps are missing.
      const { client } = temporal;
      const alarm = startSweepAlarm(config, { client, logger, registry: metrics.registry, tells: false });
      notifyParent({ ready: { address } });
      await waitForStopSignal();
      alarm.stop();
      await receiver.close();
      await metricsServer?.close();
      await healthServer?.close();
      await temporal.close();
      await traces?.close();
    });
}

/** To find out that there is no task of an id takes up to two requests to Creative Force, and others need the rest: more than half. */
function beginPerSecond({
  gatewayRequestsPerSecond,
  egresses,
}: Awaited<ReturnType<typeof loadConfig>>['worker']): number {
  return (gatewayRequestsPerSecond * Math.max(1, egresses.length)) / 5;
}
