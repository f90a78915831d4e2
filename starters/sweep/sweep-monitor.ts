import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

import { formatDuration } from '../../domain/shared/backoff';
import { formatTime } from '../../domain/shared/text';
import { sweepScheduleId } from '../../domain/task/workflow-id';
import { LISTING_SWEEP } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { createSweepGauges } from './sweep-metrics';

/** Looking more often tells nothing sooner; looking more rarely would make the metric old. */
const CHECK_EVERY_MS = 60_000;
const WITHIN_MS = 10_000;

export interface SweepMonitorOptions {
  readonly client: Client;
  /** The studios that are swept. */
  readonly studios: readonly string[];
  /** How long a studio may go without a sweep that has read its listing, in milliseconds. */
  readonly alarmAfterMs: number;
  readonly logger: Pick<Logger, 'error' | 'info' | 'warn'>;
  readonly registry: Registry;
  /** Tells people, once for each alarm; its failure is only logged. */
  readonly notify?: (studio: string, sentence: string) => Promise<void>;
  readonly checkEveryMs?: number;
}

/** A watch that runs until it is stopped. */
export interface SweepMonitor {
  /** One look at every studio; the watch does it by itself. */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Notices when a studio's listing has not been read for too long, whatever the reason: sweeps that fail, a schedule that
 * is paused or gone, no worker. It asks Temporal and not the sweeps, so it also notices that none runs at all; receiver and
 * workers each have one, for one of them may be what is not running.
 */
export function monitorSweeps(options: SweepMonitorOptions): SweepMonitor {
  const { client, studios, alarmAfterMs, logger, registry, notify: tellPeople, checkEveryMs: lookEveryMs } = options;
  const gauges = createSweepGauges(registry);
  const alarmed = new Set<string>();
  const lookAt = async (studio: string): Promise<void> => {
    const { lastSuccess, since, state } = await client.withDeadline(Date.now() + WITHIN_MS, () =>
      stateOfSweep(client, studio),
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
    await tellPeople?.(studio, sentence).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      logger.error({ studio }, `People could not be told that the listing of ${studio} is not swept: ${why}`);
    });
  };
  const look = async (): Promise<void> => {
    for (const studio of studios) {
      await lookAt(studio).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        logger.warn({ studio }, `Nobody knows just now whether the listing of ${studio} is swept: ${why}`);
      });
    }
  };
  // Not at once: after a night without any worker the first sweep comes in a moment.
  const timer = setInterval(() => void look(), lookEveryMs ?? CHECK_EVERY_MS);
  timer.unref();
  return {
    check: look,
    stop: () => {
      clearInterval(timer);
    },
  };
}

interface SweepState {
  /** Unix milliseconds: when a sweep last ended that had read the listing. */
  readonly lastSuccess: number | undefined;
  /** Unix milliseconds: since when there could have been one. */
  readonly since: number;
  /** What stands in its way, as far as the schedule shows. */
  readonly state: 'no schedule' | 'paused' | 'scheduled';
}

/** When this process began to watch: before that, a studio without a schedule may have been prepared later. */
const processBegan = Date.now() - process.uptime() * 1000;

async function stateOfSweep(client: Client, studio: string): Promise<SweepState> {
  const query = [
    `WorkflowType = '${LISTING_SWEEP}'`,
    `${searchAttributes.studio.name} = '${studio}'`,
    `ExecutionStatus = 'Completed'`,
    // A sweep whose listing may not be read is completed with a cause, and has found nothing.
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
    paused: `Its schedule ${sweepScheduleId(studio)} is paused: a person can unpause it in Temporal’s Web UI.`,
    scheduled:
      `See the last runs of the schedule ${sweepScheduleId(studio)} in Temporal’s Web UI: do they fail, or does no worker ` +
      'of the queues main and gateway take them?',
  };
  const last = lastSuccess === undefined ? 'ever yet' : `since ${formatTime(lastSuccess)}`;
  return (
    `The listing of ${studio} has not been swept ${last}, which is longer than ${formatDuration(alarmAfterMs)} ` +
    `(sweep.alarmAfter), so a task whose webhook is lost is not found. ${cures[state]}`
  );
}
