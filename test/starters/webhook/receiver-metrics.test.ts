import { request } from 'undici';

import { createReceiverMetrics, type ReceiverMetrics } from '../../../starters/webhook/receiver-metrics';
import { startMonitoringServer } from '../../../workers/metrics/monitoring-server';
import { call, post, receiverForEach, serve, studio, secret } from './receiver-harness';

let metrics: ReceiverMetrics;
let isTemporalReachable: boolean;

receiverForEach();
beforeEach(async () => {
  isTemporalReachable = true;
  metrics = createReceiverMetrics({
    studios: ['acme', 'newcomer'],
    isTemporalReachable: () => Promise.resolve(isTemporalReachable),
  });
  await serve({ metrics });
});

const event = JSON.stringify({
  Action: 'ExternalPostTaskReadyToWork',
  PayloadId: '5f0a3c1e-7b52-4a0e-9d43-0c1d5a9b7e10',
  TaskId: 'a3b4c5d6-1111-4222-8333-944445555666',
});

/** The lines of one metric that are not zero. */
async function shown(name: string): Promise<string[]> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line.startsWith(name) && !line.endsWith(' 0'));
}

describe('the metrics of a receiver', () => {
  it('count what was accepted and what came twice, by studio', async () => {
    await post(event);
    await post(event);
    expect(await shown('extpost_webhooks_total')).toEqual([
      'extpost_webhooks_total{studio="acme",result="accepted",reason=""} 1',
      'extpost_webhooks_total{studio="acme",result="duplicate",reason=""} 1',
    ]);
  });

  it('count what was refused, by reason', async () => {
    await post(event, { 'x-cf-signature': 'wrong' });
    await post(event, {}, 'newcomer');
    await post('[]');
    await call('/webhooks/creative-force/acme');
    expect(await shown('extpost_webhooks_total')).toEqual([
      'extpost_webhooks_total{studio="acme",result="refused",reason="bad signature"} 1',
      'extpost_webhooks_total{studio="newcomer",result="refused",reason="no webhook secret is known for this studio"} 1',
      'extpost_webhooks_total{studio="acme",result="refused",reason="not an event"} 1',
      'extpost_webhooks_total{studio="acme",result="ignored",reason="connection check"} 1',
    ]);
  });

  it('keep the reason short where the log explains it', async () => {
    await serve({ metrics, studios: { acme: studio([secret], { signatureMode: 'base64-base64' }) } });
    await post(event);
    expect(await shown('extpost_webhooks_total')).toEqual([
      'extpost_webhooks_total{studio="acme",result="refused",reason="bad signature"} 1',
    ]);
  });

  it('count what Temporal did not take as failed', async () => {
    await serve({ metrics, starter: { notify: () => Promise.reject(new Error('UNAVAILABLE')) } });
    await post(event);
    expect(await shown('extpost_webhooks_total')).toEqual([
      'extpost_webhooks_total{studio="acme",result="failed",reason="Temporal did not accept it"} 1',
    ]);
  });

  it('never take a name that a caller made up for a label', async () => {
    for (const name of ['one', 'two', 'three']) await post(event, {}, name);
    await call('/somewhere-else');
    const lines = await shown('extpost_webhooks_total');
    expect(lines).toEqual([
      'extpost_webhooks_total{studio="(none)",result="refused",reason="unknown studio"} 3',
      'extpost_webhooks_total{studio="(none)",result="refused",reason="unknown address"} 1',
    ]);
  });

  it('measure how long an answer took', async () => {
    await post(event);
    const lines = await shown('extpost_webhook_duration_seconds');
    expect(lines).toContain('extpost_webhook_duration_seconds_count{studio="acme",result="accepted"} 1');
  });

  it('show every studio from the start, so that its first event is an increase', async () => {
    const text = await metrics.registry.getSingleMetricAsString('extpost_webhooks_total');
    expect(text).toContain('extpost_webhooks_total{studio="newcomer",result="accepted",reason=""} 0');
  });

  it.each([
    [true, '1'],
    [false, '0'],
  ])('say whether Temporal answers (%s)', async (reachable, value) => {
    isTemporalReachable = reachable;
    const text = await metrics.registry.getSingleMetricAsString('extpost_receiver_temporal_reachable');
    expect(text).toContain(`extpost_receiver_temporal_reachable ${value}`);
  });
});

describe('the port of the metrics', () => {
  it('serves them in the format of Prometheus, and nothing else', async () => {
    const server = await startMonitoringServer({ host: '127.0.0.1', port: 0 }, metrics.registry);
    const answer = await request(`${server.address}/metrics`);
    const text = await answer.body.text();
    const other = await request(`${server.address}/webhooks/creative-force/acme`);
    await other.body.dump();
    await server.close();
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(text).toContain('extpost_receiver_temporal_reachable 1');
    expect(text).toContain('process_resident_memory_bytes');
    expect(other.statusCode).toBe(404);
  });

  it('is not the public one', async () => {
    expect((await call('/metrics')).status).toBe(404);
  });
});
