import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

import { createDispatcher, createNotificationChannels, sendToChannels } from '../../clients';
import type { ExtpostConfig, StudioConfig } from '../../config';
import { messageText, overdueSweepMessage } from '../../domain/notification/message';
import { monitorSweeps, type SweepMonitor } from '../../starters';

/** Only workers notify people; the receiver logs and measures, so that nobody is notified twice. */
export function startSweepAlarm(
  config: ExtpostConfig,
  { client, logger, registry, tells }: { client: Client; logger: Logger; registry: Registry; tells: boolean },
): SweepMonitor {
  const studios = Object.entries(config.studios).filter(
    ([, { creativeForce }]) => creativeForce.vendorId !== undefined,
  );
  return monitorSweeps({
    client,
    studios: studios.map(([name]) => name),
    alarmAfterMs: config.sweep.alarmAfter,
    logger,
    registry,
    ...(tells && { notify: overdueSweepNotifier(studios) }),
  });
}

type NotifyOverdue = (studio: string, sentence: string) => Promise<void>;

function overdueSweepNotifier(studios: readonly [string, StudioConfig][]): NotifyOverdue {
  const dependencies = { dispatcher: createDispatcher(), toText: messageText };
  const channels = new Map(
    studios.flatMap(([name, { notifications }]) =>
      notifications === undefined ? [] : [[name, createNotificationChannels(notifications, dependencies)] as const],
    ),
  );
  return (studio, sentence) => sendToChannels(channels.get(studio) ?? [], overdueSweepMessage(studio, sentence));
}
