import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import fc from 'fast-check';

import { createCreativeForceClient } from '../../../clients/creative-force/client';
import { RequestBudget } from '../../../clients/http/request-budget';
import { ids } from '../creative-force/gateway-stand-in';
import { closingAfterEach, dispatcherFor, errorOf } from '../test-server';

const onClose = closingAfterEach();

/** The most instants that lie in any half-open window of this length. */
function most(instants: readonly number[], windowMs: number): number {
  const sorted = [...instants].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + windowMs).length));
}

/** On a thread of its own, because one that shares the client's event loop is blocked with it and sees what came meanwhile at once. */
const serverThread = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const arrivals = [];
  const server = createServer((request, response) => {
    if (request.url.startsWith('/v1/jobs')) arrivals.push(performance.now());
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jobId: '${ids.asset}', access_token: 'tok-en' }));
  });
  parentPort.on('message', () => parentPort.postMessage(arrivals));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

async function startServerOnItsOwnThread(): Promise<{ origin: string; arrivals(): Promise<number[]> }> {
  const thread = new Worker(serverThread, { eval: true });
  onClose(async () => {
    await thread.terminate();
  });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    origin: `http://127.0.0.1:${port}`,
    arrivals: async () => {
      thread.postMessage('arrivals');
      const [arrivals] = (await once(thread, 'message')) as [number[]];
      return arrivals;
    },
  };
}

describe('The request budget', () => {
  it('never lets more than its limit into any window as the server sees it', async () => {
    const server = await startServerOnItsOwnThread();
    const budget = new RequestBudget({ limit: 15, windowMs: 420 });
    const client = createCreativeForceClient(
      { baseUrl: `${server.origin}/v1`, tokenUrl: `${server.origin}/token`, clientId: 'a', clientSecret: 'bbbb' },
      { budget, dispatcher: dispatcherFor(onClose) },
    );
    await client.readJob('first');
    const all = Promise.all(Array.from({ length: 59 }, (_, index) => client.readJob(String(index))));
    // A blocked event loop must not release two windows at once.
    setTimeout(() => {
      const end = performance.now() + 900;
      while (performance.now() < end);
    }, 100);
    await all;
    const arrivals = await server.arrivals();
    expect(arrivals).toHaveLength(60);
    // Windows are shorter here: the server's clock starts when the headers have come, on a busy machine rather late.
    expect(most(arrivals, 280)).toBeLessThanOrEqual(15);
  });

  it('holds for any arrivals, any time between grant and send, and any number given up', async () => {
    jest.useFakeTimers({ now: 0 });
    try {
      const arrival = fc.record({
        at: fc.integer({ min: 0, max: 3_000 }),
        connectMs: fc.integer({ min: 0, max: 900 }),
        fate: fc.constantFrom('sent', 'sent', 'sent', 'failed', 'aborted'),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(arrival, { maxLength: 60 }),
          fc.integer({ min: 1, max: 6 }),
          async (arrivals, limit) => {
            const budget = new RequestBudget({ limit });
            const sent: number[] = [];
            let settled = 0;
            const startedAt = performance.now();
            for (const { at, connectMs, fate } of arrivals) {
              setTimeout(() => {
                const cancel = new AbortController();
                if (fate === 'aborted')
                  setTimeout(() => {
                    cancel.abort();
                  }, connectMs);
                budget.acquire(cancel.signal).then(
                  (permit) => {
                    setTimeout(() => {
                      if (fate === 'sent') {
                        permit.send();
                        sent.push(performance.now());
                      }
                      permit.release();
                      settled += 1;
                    }, connectMs);
                  },
                  () => {
                    settled += 1;
                  },
                );
              }, at);
            }
            await jest.advanceTimersByTimeAsync(3_000 + 62 * (1_050 + 900));
            expect(settled).toBe(arrivals.length);
            expect(most(sent, 1_050)).toBeLessThanOrEqual(limit);
            expect(performance.now() - startedAt).toBeGreaterThan(0);
          },
        ),
        { numRuns: 40 },
      );
    } finally {
      jest.useRealTimers();
    }
  });

  it('gives the place of a request that was never sent to the next', async () => {
    const budget = new RequestBudget({ limit: 1, windowMs: 60_000 });
    const first = await budget.acquire();
    const second = budget.acquire();
    first.release();
    await expect(second).resolves.toBeDefined();
  });

  it('lets a caller stop waiting, with the reason of the signal', async () => {
    const budget = new RequestBudget({ limit: 1, windowMs: 60_000 });
    await budget.acquire();
    const cancel = new AbortController();
    const waiting = errorOf(budget.acquire(cancel.signal));
    cancel.abort(new Error('no longer needed'));
    expect(await waiting).toEqual(new Error('no longer needed'));
  });

  it('spreads what waits, so that a network that delays some of it does not bring more than 20 into one second', async () => {
    let clock = 0;
    const budget = new RequestBudget({ limit: 15, now: () => clock });
    const sent: number[] = [];
    for (let index = 0; index < 60; index += 1) {
      void budget.acquire().then((permit) => {
        permit.send();
        sent.push(clock);
      });
    }
    for (; sent.length < 60 && clock < 10_000; clock += 1) {
      // Admits what is due, as its timer does.
      budget.allowUntil(Infinity);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(sent).toHaveLength(60);
    // The rate is the same as without spreading.
    expect(sent.at(-1)).toBeLessThanOrEqual(4 * 1_050);
    const worst = [0, 100, 200, 300, 400].map((delay) =>
      Math.max(
        ...sent.map((from) => {
          const late = sent.filter((at) => at <= from && at + delay >= from).length;
          const next = sent.filter((at) => at > from && at < from + 1_000).length;
          return late + next;
        }),
      ),
    );
    expect(Math.max(...worst)).toBeLessThanOrEqual(20);
  });

  describe('with turns', () => {
    /** The order in which these are sent, of which each waits when the first comes to its turn. */
    async function order(turns: readonly { readonly level: number; readonly lane: string }[]): Promise<string[]> {
      let [clock, next] = [0, { level: 1, lane: 'first' }];
      const budget = new RequestBudget({ limit: 3, windowMs: 3_000, now: () => clock, turn: () => next });
      const sent: string[] = [];
      for (const turn of [next, ...turns]) {
        next = turn;
        void budget.acquire().then((permit) => {
          permit.send();
          sent.push(`${turn.level} ${turn.lane}`);
        });
      }
      for (; sent.length <= turns.length && clock < 60_000; clock += 1_000) {
        budget.allowUntil(Infinity);
        await new Promise(setImmediate);
      }
      return sent.slice(1);
    }

    it('the lowest level goes first, whatever came before', async () => {
      const turns = [5, 3, 1, 5, 2].map((level) => ({ level, lane: 'acme' }));
      expect(await order(turns)).toEqual(['1 acme', '2 acme', '3 acme', '5 acme', '5 acme']);
    });

    it('lanes of one level are served in turn, however many wait in one of them', async () => {
      const turns = ['acme', 'acme', 'acme', 'acme', 'beta', 'beta/verdicts'].map((lane) => ({ level: 3, lane }));
      expect(await order(turns)).toEqual(['3 acme', '3 beta', '3 beta/verdicts', '3 acme', '3 acme', '3 acme']);
    });
  });

  it('refuses those that wait and those that come while it is closed', async () => {
    const budget = new RequestBudget({ limit: 1 });
    await budget.acquire();
    const waits = budget.acquire();
    budget.close();
    await expect(waits).rejects.toMatchObject({ code: 'REQUESTS_NOT_ALLOWED' });
    await expect(budget.acquire()).rejects.toMatchObject({ code: 'REQUESTS_NOT_ALLOWED' });
  });

  it('lets those wait that come after the time that is allowed, until more is allowed', async () => {
    let clock = 0;
    const budget = new RequestBudget({ now: () => clock });
    budget.allowUntil(10);
    clock = 10;
    let granted = 0;
    const waits = budget.acquire().then(() => (granted += 1));
    await Promise.resolve();
    expect(granted).toBe(0);
    budget.allowUntil(20);
    await waits;
  });

  it('does not let a request out that was granted before the time that is allowed, and comes to its socket after', async () => {
    let clock = 0;
    const budget = new RequestBudget({ now: () => clock });
    budget.allowUntil(10);
    const permit = await budget.acquire();
    clock = 10;
    expect(permit.send()).toBe(false);
  });
});
