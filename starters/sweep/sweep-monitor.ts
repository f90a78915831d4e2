import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

import { messageOf, formatDuration, formatTime } from '../../domain/shared/text';
import { sweepScheduleId } from '../../domain/task/workflow-id';
import { LISTING_SWEEP } from '../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { createSweepGauges } from './sweep-metrics';

const CHECK_EVERY_MS = 60_000;
const WITHIN_MS = 10_000;

export interface SweepMonitorOptions {
  readonly client: Client;
  readonly studios: readonly string[];
  readonly alarmAfterMs: number;
  readonly logger: Pick<Logger, 'error' | 'info' | 'warn'>;
  readonly registry: Registry;
  /** Sends a notification, once per alarm; a failure is only logged. */
  readonly notify?: (studio: string, sentence: string) => Promise<void>;
  readonly checkEveryMs?: number;
}

/**
 * Raises an alarm when a studio's listing has not been read for too long, for whatever reason. It asks Temporal, so it
 * also notices when no sweep runs at all. Receiver and workers each run one, because the other may be down.
 */
export function monitorSweeps(options: SweepMonitorOptions) {
  const { client, studios, alarmAfterMs, logger, registry, notify, checkEveryMs } = options;
  const gauges = createSweepGauges(registry);
  const alarmed = new Set<string>();
  const checkStudio = async (studio: string): Promise<void> => {
    const { lastSuccess, since, state } = await client.withDeadline(Date.now() + WITHIN_MS, () =>
      readSweepState(client, studio),
    );
    const isOverdue = Date.now() - (lastSuccess ?? since) > alarmAfterMs;
    gauges.show(studio, lastSuccess, isOverdue);
    if (!isOverdue) {
      if (alarmed.delete(studio)) logger.info({ studio }, `The listing of ${studio} is swept again.`);
      return;
    }
    if (alarmed.has(studio)) return;
    alarmed.add(studio);
    const sentence = overdueSentence(studio, alarmAfterMs, lastSuccess, state);
    logger.error({ studio }, sentence);
    await notify?.(studio, sentence).catch((error: unknown) => {
      const why = messageOf(error);
      logger.error({ studio }, `No notification could be sent that the listing of ${studio} is not swept: ${why}`);
    });
  };
  const check = async (): Promise<void> => {
    for (const studio of studios) {
      await checkStudio(studio).catch((error: unknown) => {
        const why = messageOf(error);
        logger.warn({ studio }, `Cannot determine whether the listing of ${studio} is swept: ${why}`);
      });
    }
  };
  // No immediate check: after downtime the first sweep runs in a moment.
  const timer = setInterval(() => void check(), checkEveryMs ?? CHECK_EVERY_MS);
  timer.unref();
  return {
    /** Checks every studio once; the monitor does so periodically. */
    check,
    stop: () => {
      clearInterval(timer);
    },
  };
}

export type SweepMonitor = ReturnType<typeof monitorSweeps>;

export interface SweepState {
  /** When the last successful sweep ended (Unix milliseconds). */
  readonly lastSuccess: number | undefined;
  /** Since when a sweep could have run (Unix milliseconds). */
  readonly since: number;
  readonly state: 'no schedule' | 'paused' | 'scheduled';
}

/** Start of this process; a studio without a schedule may be set up later. */
const processBegan = Date.now() - process.uptime() * 1000;

/** When a studio's listing was read last, and whether its schedule runs. */
export async function readSweepState(client: Client, studio: string): Promise<SweepState> {
  const query = [
    `WorkflowType = '${LISTING_SWEEP}'`,
    `${searchAttributes.studio.name} = '${studio}'`,
    `ExecutionStatus = 'Completed'`,
    // A sweep without permission to read the listing completes with a cause.
    `${searchAttributes.cause.name} IS NULL`,
  ].join(' AND ');
  let lastSuccess: number | undefined;
  for await (const { closeTime } of client.workflow.list({ query, pageSize: 1 })) {
    lastSuccess = closeTime?.getTime();
    break;
  }
  try {
    const { state, info } = await client.schedule.getHandle(sweepScheduleId(studio)).describe();
    return { lastSuccess, since: info.createdAt.getTime(), state: state.paused ? 'paused' : 'scheduled' };
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    return { lastSuccess, since: processBegan, state: 'no schedule' };
  }
}

function overdueSentence(
  studio: string,
  alarmAfterMs: number,
  lastSuccess: number | undefined,
  state: SweepState['state'],
): string {
  const cures: Readonly<Record<SweepState['state'], string>> = {
    'no schedule': 'Temporal has no sweep of it: run "extpost setup".',
    paused: `Its schedule ${sweepScheduleId(studio)} is paused: an operator can unpause it in Temporal’s Web UI.`,
    scheduled:
      `See the last runs of the schedule ${sweepScheduleId(studio)} in Temporal’s Web UI: do they fail, or does no worker ` +
      'of the queues main and gateway take them?',
  };
  const last = lastSuccess === undefined ? '' : ` since ${formatTime(lastSuccess)}`;
  return (
    `The listing of ${studio} has not been swept${last}, for longer than ${formatDuration(alarmAfterMs)} ` +
    `(sweep.alarmAfter), so a task whose webhook is lost is not found. ${cures[state]}`
  );
}
