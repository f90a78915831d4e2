import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

import { createDispatcher, createNotificationClient } from '../../clients';
import type { ExtpostConfig } from '../../config';
import { overdueSweepNotification } from '../../domain/operator/notification';
import { monitorSweeps, type SweepMonitor } from '../../starters';

/** How many sweeps in a row may be missing before people are notified, unless `sweep.alarmAfter` says otherwise. */
const DEFAULT_ALARM_AFTER = 6;

/** Only workers notify people; the receiver logs and measures, so that nobody is notified twice. */
export function startSweepAlarm(
  config: ExtpostConfig,
  { client, logger, registry, tells }: { client: Client; logger: Logger; registry: Registry; tells: boolean },
): SweepMonitor {
  const studios = Object.entries(config.studios).filter(
    ([, { creativeForce }]) => creativeForce.vendorId !== undefined,
  );
  const dispatcher = createDispatcher();
  const addresses = new Map(
    studios.flatMap(([name, { notifications }]) =>
      notifications === undefined ? [] : [[name, createNotificationClient(notifications, { dispatcher })] as const],
    ),
  );
  return monitorSweeps({
    client,
    studios: studios.map(([name]) => name),
    alarmAfterMs: config.sweep.alarmAfter ?? DEFAULT_ALARM_AFTER * config.sweep.every,
    logger,
    registry,
    ...(tells && {
      notify: async (studio: string, sentence: string) =>
        addresses.get(studio)?.post(overdueSweepNotification(studio, sentence)),
    }),
  });
}
