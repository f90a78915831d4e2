import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

import { createDispatcher, createNotificationClient } from '../clients';
import type { ExtpostConfig } from '../config';
import { sweepNotification } from '../domain/notification';
import { watchSweeps, type SweepWatch } from '../starters';

/** How many sweeps in a row may be missing before people are told, unless `sweep.alarmAfter` says otherwise. */
const MISSING_SWEEPS = 6;

/**
 * Watches whether the studios are swept. Workers also tell people; the receiver only logs and measures, so that nobody is
 * told twice.
 */
export function startSweepAlarm(
  config: ExtpostConfig,
  { client, logger, registry, tells }: { client: Client; logger: Logger; registry: Registry; tells: boolean },
): SweepWatch {
  const studios = Object.entries(config.studios).filter(
    ([, { creativeForce }]) => creativeForce.vendorId !== undefined,
  );
  const dispatcher = createDispatcher();
  const addresses = new Map(
    studios.flatMap(([name, { notifications }]) =>
      notifications === undefined ? [] : [[name, createNotificationClient(notifications, { dispatcher })] as const],
    ),
  );
  return watchSweeps({
    client,
    studios: studios.map(([name]) => name),
    alarmAfterMs: config.sweep.alarmAfter ?? MISSING_SWEEPS * config.sweep.every,
    logger,
    registry,
    ...(tells && {
      tellPeople: async (studio: string, sentence: string) =>
        addresses.get(studio)?.post(sweepNotification(studio, sentence)),
    }),
  });
}
