import { request } from 'undici';

import { startHealthServer } from '../../workers/health-server';

describe('the health check of a worker', () => {
  it.each([
    [true, 200],
    [false, 503],
  ])('answers by whether every queue is served (%s: %i)', async (live, status) => {
    const server = await startHealthServer(0, () => live);
    const answer = await request(`${server.address.replace('0.0.0.0', '127.0.0.1')}/health/live`);
    await answer.body.dump();
    await server.close();
    expect(answer.statusCode).toBe(status);
  });
});
