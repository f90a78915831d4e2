import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

type WebhookResult = 'accepted' | 'duplicate' | 'ignored' | 'refused' | 'failed';

/** Prometheus metrics of a receiver (docs/reference/metrics.md). */
export interface ReceiverMetrics {
  readonly registry: Registry;
  /**
   * @param studio a name from the configuration; `undefined` for calls to no studio of ours
   * @param outcome one of a fixed set of words, never a caller's own
   * @param status of the answer; `undefined` when the connection was closed without one
   */
  readonly webhook: (
    studio: string | undefined,
    outcome: string,
    status: number | undefined,
    milliseconds: number,
  ) => void;
}

/** The label for unknown studios, because a caller's text must not become a label. Not a valid studio name. */
const NO_STUDIO = '(none)';

/** Seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** `isTemporalReachable` is called at each scrape and must resolve within a bounded time. */
export function createReceiverMetrics(options: {
  readonly studios: readonly string[];
  readonly isTemporalReachable: () => Promise<boolean>;
}): ReceiverMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const webhooks = new Counter({
    name: 'extpost_webhooks_total',
    help: 'Calls to a webhook address, by result and reason.',
    labelNames: ['studio', 'result', 'reason'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'extpost_webhook_duration_seconds',
    help: 'From the arrival of a call to its answer.',
    labelNames: ['studio', 'result'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  new Gauge({
    name: 'extpost_receiver_temporal_reachable',
    help: '1 when Temporal answers, 0 when webhooks are answered 503 because it does not; checked at each scrape.',
    registers: [registry],
    async collect() {
      this.set((await options.isTemporalReachable().catch(() => false)) ? 1 : 0);
    },
  });
  // rate() needs a counter that starts at 0.
  for (const studio of options.studios) webhooks.inc({ studio, result: 'accepted', reason: '' }, 0);
  return {
    registry,
    webhook: (studio = NO_STUDIO, outcome, status, milliseconds) => {
      const result = resultOf(outcome, status);
      const reason = result === 'accepted' || result === 'duplicate' ? '' : reasonOf(outcome);
      webhooks.inc({ studio, result, reason });
      if (status !== undefined) duration.observe({ studio, result }, milliseconds / 1000);
    },
  };
}

function resultOf(outcome: string, status: number | undefined): WebhookResult {
  if (outcome === 'accepted' || outcome === 'duplicate') return outcome;
  if (status === undefined) return 'refused';
  if (status < 300) return 'ignored';
  return status < 500 ? 'refused' : 'failed';
}

/** The outcome without its explanation for the log: "bad signature: made as utf8-hex, but …". */
function reasonOf(outcome: string): string {
  return outcome.split(/[:;(]/, 1)[0]?.trim() ?? '';
}
