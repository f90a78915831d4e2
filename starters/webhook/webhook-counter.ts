import type { Logger } from 'pino';

import { firstInAMinute } from './first-in-a-minute';
import type { ReceiverMetrics } from './receiver-metrics';

interface StudioCounts {
  readonly byOutcome: Map<string, number>;
  slowestMs: number;
}

const ONE_MINUTE_MS = 60_000;

/** Counts calls by studio and outcome: in metrics at once, in the log once a minute. The timer does not keep the process alive. */
export function startWebhookCounter(log: Logger, metrics?: Pick<ReceiverMetrics, 'webhook'>) {
  const counts = new Map<string | undefined, StudioCounts>();
  const isFirst = firstInAMinute();
  const timer = setInterval(report, ONE_MINUTE_MS).unref();

  return {
    /** Takes what {@link ReceiverMetrics} takes. Returns whether it is the first of its kind within a minute. */
    count: (studio: string | undefined, outcome: string, milliseconds: number, status?: number): boolean => {
      metrics?.webhook(studio, outcome, status, milliseconds);
      const mine = counts.get(studio) ?? { byOutcome: new Map<string, number>(), slowestMs: 0 };
      counts.set(studio, mine);
      mine.byOutcome.set(outcome, (mine.byOutcome.get(outcome) ?? 0) + 1);
      mine.slowestMs = Math.max(mine.slowestMs, Math.round(milliseconds));

      return isFirst(`${studio ?? ''}/${outcome}`);
    },
    /** Logs the remaining counts and stops. */
    close: () => {
      clearInterval(timer);
      report();
    },
  };

  function report(): void {
    for (const [studio, { byOutcome, slowestMs }] of counts) {
      log.info({ studio, counts: Object.fromEntries(byOutcome), slowestMs }, 'webhooks since the last such line');
    }
    counts.clear();
  }
}
