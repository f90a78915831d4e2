import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { request } from 'undici';

import { createCreativeForceClient } from '../../../clients/creative-force/client';
import { RequestBudget } from '../../../clients/http/request-budget';
import { startMonitoringServer } from '../../../workers/metrics/monitoring-server';
import { createWorkerMetrics, type WorkerMetrics } from '../../../workers/metrics/worker-metrics';
import { countFailures } from '../../../workers/metrics/activity-failures';
import { countingDispatcher } from '../../../workers/metrics/gateway-requests';
import { closingAfterEach, dispatcherFor, errorOf, sendJson, startServer } from '../../clients/test-server';

const onClose = closingAfterEach();
let metrics: WorkerMetrics;

beforeEach(() => {
  metrics = createWorkerMetrics();
});

async function shown(name: string): Promise<string[]> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('the requests to the gateway', () => {
  const task = { studio: 'acme', taskId: 'a3b4c5d6-1111-4222-8333-944445555666', contentCreationType: 'ecom' } as const;

  async function client(answer: (url: string) => number, paths: Readonly<Record<string, string>> = {}) {
    const server = await startServer(({ url }, response) => {
      const status = url === '/connect/token' ? 200 : answer(url);
      if (status === 0) response.destroy();
      else sendJson(response, status, url === '/connect/token' ? { access_token: 'token', expires_in: 3600 } : {});
    });
    onClose(() => server.close());
    const baseUrl = `${server.origin}/v1`;
    const settings = {
      baseUrl,
      tokenUrl: `${server.origin}/connect/token`,
      clientId: 'id',
      clientSecret: 'secret',
      paths,
    };
    const dispatcher = countingDispatcher(dispatcherFor(onClose), { studio: 'acme', baseUrl }, metrics);
    return createCreativeForceClient(settings, { budget: new RequestBudget(), dispatcher });
  }

  it('are counted by endpoint and class of the answer, without any id and without the token', async () => {
    const gateway = await client(() => 200);
    await gateway.startTask(task);
    await gateway.startTask({ ...task, taskId: 'another', contentCreationType: 'editorial' });
    await gateway.submitAssets(task, []);
    expect(await shown('extpost_gateway_requests_total')).toEqual([
      'extpost_gateway_requests_total{studio="acme",endpoint="PUT /extpost/tasks/{id}/start",status="2xx"} 1',
      'extpost_gateway_requests_total{studio="acme",endpoint="PUT /editorial/extpost/tasks/{id}/start",status="2xx"} 1',
      'extpost_gateway_requests_total{studio="acme",endpoint="POST /extpost/tasks/{id}/submit-assets",status="2xx"} 1',
    ]);
  });

  it('have no id in their label where a studio names a path of its own', async () => {
    const gateway = await client(() => 200, { start: '/export/items/{taskId}/begin' });
    await gateway.startTask(task);
    expect(await shown('extpost_gateway_requests_total')).toEqual([
      'extpost_gateway_requests_total{studio="acme",endpoint="PUT /export/items/{id}/begin",status="2xx"} 1',
    ]);
  });

  it('are counted again when they are repeated with a fresh token', async () => {
    const gateway = await client(() => 401);
    await errorOf(gateway.startTask(task));
    expect(await shown('extpost_gateway_requests_total')).toEqual([
      'extpost_gateway_requests_total{studio="acme",endpoint="PUT /extpost/tasks/{id}/start",status="4xx"} 2',
    ]);
  });

  it.each([
    [429, '429'],
    [503, '5xx'],
    [0, 'no answer'],
  ])('tell %i apart as %s', async (status, shownAs) => {
    const gateway = await client(() => status);
    await errorOf(gateway.startTask(task));
    const [line] = await shown('extpost_gateway_requests_total');
    expect(line).toContain(`status="${shownAs}"} 1`);
  });
});

describe('the wait for the budget', () => {
  it('is measured, and those who wait are counted', async () => {
    let clock = 0;
    const budget = new RequestBudget({ limit: 1, windowMs: 50, now: () => clock, observer: metrics.budget });
    const first = await budget.acquire();
    const aborted = new AbortController();
    const given = [budget.acquire(), budget.acquire(aborted.signal).catch(() => undefined)];
    expect(await shown('extpost_gateway_budget_waiting')).toEqual(['extpost_gateway_budget_waiting 2']);
    aborted.abort();
    expect(await shown('extpost_gateway_budget_waiting')).toEqual(['extpost_gateway_budget_waiting 1']);
    clock = 300;
    first.release();
    await Promise.all(given);
    const lines = await shown('extpost_gateway_budget_wait_seconds');
    expect(lines).toContain('extpost_gateway_budget_wait_seconds_sum 0.3');
    expect(lines).toContain('extpost_gateway_budget_wait_seconds_count 2');
    expect(await shown('extpost_gateway_budget_waiting')).toEqual(['extpost_gateway_budget_waiting 0']);
  });
});

describe('the failures of activities', () => {
  async function fail(error: Error): Promise<string[]> {
    const environment = new MockActivityEnvironment({ activityType: 'readTask' });
    const { inbound } = countFailures(metrics)(environment.context);
    const failed = inbound?.execute?.({ args: [], headers: {} }, () => Promise.reject(error));
    expect(await errorOf(failed ?? Promise.resolve())).toBe(error);
    return shown('extpost_activity_failures_total');
  }

  it('are counted by activity and type', async () => {
    expect(await fail(ApplicationFailure.nonRetryable('403', 'Forbidden'))).toEqual([
      'extpost_activity_failures_total{activity="readTask",type="Forbidden"} 1',
    ]);
  });

  it('are counted by the class of an error of our own', async () => {
    expect(await fail(new RangeError('ours'))).toEqual([
      'extpost_activity_failures_total{activity="readTask",type="RangeError"} 1',
    ]);
  });

  it.each([
    ['a cancel', new CancelledFailure('stop')],
    [
      'a wait for a render',
      ApplicationFailure.create({ type: 'NotRendered', category: ApplicationFailureCategory.BENIGN }),
    ],
  ])('are not %s', async (_what, error) => {
    expect(await fail(error)).toEqual([]);
  });
});

describe('the health port of a worker', () => {
  it('serves the metrics beside the health check', async () => {
    const server = await startMonitoringServer({ host: '127.0.0.1', port: 0 }, metrics.registry, () => true);
    onClose(() => server.close());
    const answer = await request(`${server.address}/metrics`);
    expect(await answer.body.text()).toContain('# TYPE extpost_gateway_requests_total counter');
    expect(answer.headers['content-type']).toContain('text/plain');
  });
});

describe('the requests to Celtra', () => {
  it('are shown by account: how many may be sent, are under way, wait, and how they ended', async () => {
    const account = metrics.celtraAccount('acme+bolt');
    account.changed({ limit: 4, inFlight: 3, waiting: 2 });
    account.ended('overloaded');
    const names = ['limit', 'in_flight', 'waiting', 'requests_total'].map((name) => `extpost_celtra_${name}`);
    expect((await Promise.all(names.map(shown))).flat()).toEqual([
      'extpost_celtra_limit{account="acme+bolt"} 4',
      'extpost_celtra_in_flight{account="acme+bolt"} 3',
      'extpost_celtra_waiting{account="acme+bolt"} 2',
      'extpost_celtra_requests_total{account="acme+bolt",result="overloaded"} 1',
    ]);
  });
});
