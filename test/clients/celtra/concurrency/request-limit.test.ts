import { RequestLimit, type RequestLimitObserver } from '../../../../clients/celtra/concurrency/request-limit';
import type { RemoteCallFacts } from '../../../../clients';
import { RemoteCallError } from '../../../../clients/remote-call-error';

const error = (facts: Partial<RemoteCallFacts>) =>
  new RemoteCallError('No.', { system: 'Celtra', endpoint: '', kind: 'transient', mayHaveActed: false, ...facts });
const tooMany = (retryAfterMs?: number) => error({ kind: 'throttled', status: 429, retryAfterMs });

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const after = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Numbers between 0 and 1 that are the same in each run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Service {
  /** Refuses what comes above so many at the same time. */
  readonly takes?: number;
  readonly retryAfterMs?: number;
  /** Becomes slower in proportion above so many at the same time. */
  readonly slowerAbove?: number;
}

/** A Celtra with latencies around 800 ms, log-normal. */
function serviceWith({ takes = Infinity, retryAfterMs, slowerAbove = Infinity }: Service) {
  const random = randomNumbers(1);
  const seen = { most: 0, requests: 0, refused: 0 };
  let inFlight = 0;
  const answer = async (): Promise<void> => {
    inFlight += 1;
    seen.requests += 1;
    seen.most = Math.max(seen.most, inFlight);
    try {
      if (inFlight > takes) {
        seen.refused += 1;
        await after(10);
        throw tooMany(retryAfterMs);
      }
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      await after(800 * Math.exp(0.4 * normal) * Math.max(1, inFlight / slowerAbove));
    } finally {
      inFlight -= 1;
    }
  };
  return { seen, answer };
}

/** Sends so many requests as activities would: what is refused comes again after a second. Returns the seconds. */
async function secondsFor(requests: number, send: () => Promise<void>): Promise<number> {
  const began = performance.now();
  const one = async (): Promise<void> => {
    for (;;) {
      try {
        await send();
        return;
      } catch (problem) {
        if (!(problem instanceof RemoteCallError)) throw problem;
        await after(problem.retryAfterMs ?? 1_000);
      }
    }
  };
  const left = new Set(Array.from({ length: requests }, (_, index) => index));
  const all = Promise.all([...left].map((index) => one().finally(() => left.delete(index))));
  while (left.size > 0) await jest.advanceTimersByTimeAsync(100);
  await all;
  return (performance.now() - began) / 1000;
}

/** Requests at a fixed number at a time. */
function fixedAt(width: number, send: () => Promise<void>): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let free = width;
  return async () => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      await send();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

const limitWith = (max = 16, observer?: RequestLimitObserver) =>
  new RequestLimit({ max, maxWaitMs: 3_600_000, observer });

describe('a Celtra that takes only so many requests at the same time', () => {
  it.each<[string, Service]>([
    ['four', { takes: 4 }],
    ['four, and asks for a second’s pause', { takes: 4, retryAfterMs: 1_000 }],
    ['eight', { takes: 8 }],
    ['one', { takes: 1 }],
  ])('is used to at least 80 %% of that and refuses less than 5 %%: %s', async (_what, service) => {
    const best = serviceWith(service);
    const bestSeconds = await secondsFor(400, fixedAt(service.takes ?? 1, best.answer));
    const limited = serviceWith(service);
    const limit = limitWith();
    const seconds = await secondsFor(400, () => limit.run(limited.answer));
    const share = Math.round((bestSeconds / seconds) * 100);
    const refused = Math.round((limited.seen.refused / limited.seen.requests) * 1000) / 10;
    process.stdout.write(`takes ${service.takes}: ${share} % of the best fixed setting, ${refused} % refused\n`);
    expect(share).toBeGreaterThanOrEqual(80);
    expect(refused).toBeLessThan(5);
  });

  it('is asked more at once when it takes more than before', async () => {
    const first = serviceWith({ takes: 2 });
    const limit = limitWith();
    await secondsFor(100, () => limit.run(first.answer));
    const then = serviceWith({});
    await secondsFor(600, () => limit.run(then.answer));
    expect(then.seen.most).toBe(16);
  });

  it('is asked more at once soon after it answered nothing at all for a while', async () => {
    let isDown = true;
    const service = serviceWith({});
    const limit = limitWith();
    const send = () => limit.run(() => (isDown ? Promise.reject(error({ status: 503 })) : service.answer()));
    setTimeout(() => (isDown = false), 30_000);
    await secondsFor(300, send);
    expect(service.seen.most).toBeGreaterThanOrEqual(8);
  });
});

describe('a Celtra that becomes slower the more it is asked', () => {
  it('is soon asked no more at once than makes it some times as slow', async () => {
    const service = serviceWith({ slowerAbove: 3 });
    const limit = limitWith(64);
    await secondsFor(300, () => limit.run(service.answer));
    service.seen.most = 0;
    await secondsFor(300, () => limit.run(service.answer));
    expect(service.seen.most).toBeLessThanOrEqual(10);
  });

  it('is not thought slow because single answers take longer', async () => {
    const service = serviceWith({});
    const limit = limitWith();
    await secondsFor(400, () => limit.run(service.answer));
    expect(service.seen.most).toBe(16);
  });
});

describe('the requests of an account', () => {
  it('begin with two at a time', async () => {
    const service = serviceWith({});
    const limit = limitWith();
    void Promise.all(Array.from({ length: 5 }, () => limit.run(service.answer)));
    await jest.advanceTimersByTimeAsync(0);
    expect(service.seen.most).toBe(2);
    await jest.runAllTimersAsync();
  });

  it('are never more at a time than the setting says', async () => {
    const service = serviceWith({});
    const limit = limitWith(3);
    await secondsFor(100, () => limit.run(service.answer));
    expect(service.seen.most).toBe(3);
  });

  it('all wait as long as Celtra asks for with Retry-After', async () => {
    const limit = limitWith();
    const sent: number[] = [];
    const began = performance.now();
    await expect(limit.run(() => Promise.reject(tooMany(30_000)))).rejects.toThrow();
    const next = limit.run(() => Promise.resolve(sent.push(performance.now() - began)));
    await jest.advanceTimersByTimeAsync(29_999);
    expect(sent).toEqual([]);
    await jest.advanceTimersByTimeAsync(2);
    await next;
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['429', { kind: 'throttled', status: 429 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['no answer in time', { code: 'UND_ERR_HEADERS_TIMEOUT' }],
    ['no whole answer in time', { code: 'TIME_LIMIT' }],
  ] as const)('are fewer at a time after %s', async (_what, facts) => {
    const limits: number[] = [];
    const limit = limitWith(16, { changed: (state) => limits.push(state.limit), ended: () => undefined });
    const both = [1, 2].map(() => limit.run(() => after(10).then(() => Promise.reject(error(facts)))));
    const ends = Promise.allSettled(both);
    await jest.runAllTimersAsync();
    await ends;
    expect([limits[0], limits.at(-1)]).toEqual([2, 1]);
  });

  it('are as many as before after a refusal for another reason', async () => {
    const limits: number[] = [];
    const limit = limitWith(16, { changed: (state) => limits.push(state.limit), ended: () => undefined });
    await expect(limit.run(() => Promise.reject(error({ kind: 'forbidden', status: 403 })))).rejects.toThrow();
    expect(limits.at(-1)).toBe(2);
  });

  it('can be cancelled while they wait, and then hold no place', async () => {
    const limit = limitWith(1);
    const cancelled = new AbortController();
    const first = limit.run(() => after(100));
    const waits = limit.run(() => Promise.resolve('sent'), cancelled.signal);
    const next = limit.run(() => Promise.resolve('sent'));
    cancelled.abort(new Error('cancelled'));
    await expect(waits).rejects.toThrow('cancelled');
    await jest.runAllTimersAsync();
    await first;
    await expect(next).resolves.toBe('sent');
  });

  it('give up after a while, and say when to come again', async () => {
    const limit = new RequestLimit({ max: 1, maxWaitMs: 20_000 });
    void limit.run(() => after(60_000));
    const waits = limit.run(() => Promise.resolve());
    const end = waits.catch((reason: unknown) => reason);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(await end).toMatchObject({
      kind: 'throttled',
      code: 'NO_TURN',
      retryAfterMs: 5_000,
      message: expect.stringContaining('it takes 1 at a time now'),
    });
    await jest.runAllTimersAsync();
  });

  it('give up with Celtra’s reason while it wants a pause, and come again after it', async () => {
    const limit = new RequestLimit({ max: 1, maxWaitMs: 20_000 });
    await expect(limit.run(() => Promise.reject(tooMany(60_000)))).rejects.toThrow();
    const end = limit.run(() => Promise.resolve()).catch((reason: unknown) => reason);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(await end).toMatchObject({ retryAfterMs: 40_000, message: expect.stringContaining('(Retry-After)') });
    await jest.runAllTimersAsync();
  });

  it('are shown: how many may be sent, are under way, wait, and how each ended', async () => {
    const states: unknown[] = [];
    const ends: string[] = [];
    const observer = { changed: (state: unknown) => states.push(state), ended: (end: string) => ends.push(end) };
    const limit = limitWith(1, observer);
    const all = Promise.allSettled([
      limit.run(() => after(10)),
      limit.run(() => Promise.reject(tooMany())),
      limit.run(() => Promise.reject(error({ status: 400 }))),
    ]);
    expect(states.at(-1)).toEqual({ limit: 1, inFlight: 1, waiting: 2 });
    await jest.runAllTimersAsync();
    await all;
    expect(states.at(-1)).toEqual({ limit: 1, inFlight: 0, waiting: 0 });
    expect(ends).toEqual(['answered', 'overloaded', 'failed']);
  });
});
