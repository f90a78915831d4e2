import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { BudgetObserver, RequestLimitObserver } from '../../clients';

export interface GatewayRequestSample {
  readonly studio: string;
  /** Method and path template; never an id. */
  readonly endpoint: string;
  /** HTTP status; `undefined` without a complete response. */
  readonly status: number | undefined;
}

/** Metrics of one worker process for Prometheus (docs/reference/metrics.md). */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly budget: BudgetObserver;
  readonly gatewayRequest: (request: GatewayRequestSample) => void;
  /** @param account the names of the studios that share the account */
  readonly celtraAccount: (account: string) => RequestLimitObserver;
  /** @param type the failure's type as activities report it, or the name of our own error class */
  readonly activityFailed: (activity: string, type: string) => void;
  /** @param outcome of a small picture: `kept`, `left out` or `failed` */
  readonly pictureEnded: (outcome: string) => void;
}

/** Seconds. The budget's window is one second, but a burst of a hundred tasks waits for minutes. */
const WAIT_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: 'extpost_gateway_requests_total',
    help: 'Requests to Creative Force by studio, endpoint and class of the answer.',
    labelNames: ['studio', 'endpoint', 'status'],
    registers,
  });
  const waits = new Histogram({
    name: 'extpost_gateway_budget_wait_seconds',
    help: 'How long a request waited for its place in the budget of requests per second.',
    buckets: WAIT_BUCKETS,
    registers,
  });
  const waiting = new Gauge({
    name: 'extpost_gateway_budget_waiting',
    help: 'Requests that wait for their place in the budget now.',
    registers,
  });
  const celtraRequests = new Counter({
    name: 'extpost_celtra_requests_total',
    help: 'Requests to Celtra by account and result; overloaded: refused because of too many, or not answered in time.',
    labelNames: ['account', 'result'],
    registers,
  });
  const celtraGauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['account'], registers });
  const celtraLimit = celtraGauge('extpost_celtra_limit', 'Requests that may be under way at the same time now.');
  const celtraInFlight = celtraGauge('extpost_celtra_in_flight', 'Requests to Celtra that are under way.');
  const celtraWaiting = celtraGauge('extpost_celtra_waiting', 'Requests to Celtra that wait for their turn.');
  const failures = new Counter({
    name: 'extpost_activity_failures_total',
    help: 'Attempts of activities that failed, by activity and type of failure; waiting for a render is none.',
    labelNames: ['activity', 'type'],
    registers,
  });
  const pictures = new Counter({
    name: 'extpost_pictures_total',
    help: 'Small pictures for people by result; left out: not a picture, too large, or too many at once.',
    labelNames: ['result'],
    registers,
  });
  return {
    registry,
    budget: {
      waiting: (count) => {
        waiting.set(count);
      },
      granted: (waitedMs) => {
        waits.observe(waitedMs / 1000);
      },
    },
    gatewayRequest: ({ studio, endpoint, status }) => {
      requests.inc({ studio, endpoint, status: statusClass(status) });
    },
    celtraAccount: (account) => ({
      changed: ({ limit, inFlight, waiting }) => {
        celtraLimit.set({ account }, limit);
        celtraInFlight.set({ account }, inFlight);
        celtraWaiting.set({ account }, waiting);
      },
      ended: (result) => {
        celtraRequests.inc({ account, result });
      },
    }),
    activityFailed: (activity, type) => {
      failures.inc({ activity, type });
    },
    pictureEnded: (result) => {
      pictures.inc({ result });
    },
  };
}

/** 429 is separate, because a single one is an incident. */
function statusClass(status: number | undefined): string {
  if (status === undefined) return 'no answer';
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`;
}
