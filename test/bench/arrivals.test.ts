import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Agent, request } from 'undici';

import { countArrivals } from '../../bench/arrivals/count-arrivals';
import { startArrivalsProxy } from '../../bench/arrivals/arrivals-proxy';

describe('arrivals of requests', () => {
  const every = (ms: number, count: number) => Array.from({ length: count }, (_, index) => index * ms);

  it.each([
    ['none', [], { requests: 0, busiestSecond: 0, overLimit: 0 }],
    ['twenty at once', every(0, 20), { requests: 20, busiestSecond: 20, overLimit: 0 }],
    ['twenty-two at once', every(0, 22), { requests: 22, busiestSecond: 22, overLimit: 2 }],
    [
      'one each 50 ms: the first has left its second when the 21st comes',
      every(50, 60),
      { requests: 60, busiestSecond: 20, overLimit: 0 },
    ],
    ['one each 49 ms', every(49, 30), { requests: 30, busiestSecond: 21, overLimit: 10 }],
  ])('are judged by any one second: %s', (_, arrivals, expected) => {
    expect(countArrivals(arrivals, 20)).toEqual(expected);
  });

  it('are noted one for each request of a connection, while body and answer pass unchanged', async () => {
    const server = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => response.end(`${incoming.method} ${incoming.url} ${body}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = await startArrivalsProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    const dispatcher = new Agent({ connections: 1 });
    try {
      const answer = async (path: string, body?: string) =>
        (
          await request(proxy.url + path, { dispatcher, ...(body !== undefined && { method: 'POST', body }) })
        ).body.text();
      expect([await answer('/one'), await answer('/two', 'GET / is only a text')]).toEqual([
        'GET /v1/one ',
        'POST /v1/two GET / is only a text',
      ]);
      expect(proxy.arrivals()).toHaveLength(2);
    } finally {
      await dispatcher.close();
      await proxy.stop();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
