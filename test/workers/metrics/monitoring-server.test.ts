import { Registry } from 'prom-client';
import { request } from 'undici';

import { startMonitoringServer } from '../../../workers/metrics/monitoring-server';

describe('the health check of a worker', () => {
  it.each([
    [true, 200],
    [false, 503],
  ])('answers by whether every queue is served (%s: %i)', async (live, status) => {
    const server = await startMonitoringServer({ host: '127.0.0.1', port: 0 }, new Registry(), () => live);
    const answer = await request(`${server.address}/health/live`);
    await answer.body.dump();
    await server.close();
    expect(answer.statusCode).toBe(status);
  });
});
