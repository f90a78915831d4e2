import pino from 'pino';

import { startWebhookCounter } from '../../../starters/webhook/webhook-counter';

let logged: { studio?: string; counts: Record<string, number>; slowestMs: number }[];

const start = () =>
  startWebhookCounter(
    pino(
      {},
      {
        write: (line: string) => {
          logged.push(JSON.parse(line) as (typeof logged)[number]);
        },
      },
    ),
  );

beforeEach(() => {
  jest.useFakeTimers();
  logged = [];
});
afterEach(() => jest.useRealTimers());

describe('the tally of webhooks', () => {
  it('says once a minute how many came of each outcome, and how slow the slowest was', () => {
    const tally = start();
    tally.count('acme', 'accepted', 4.4);
    tally.count('acme', 'accepted', 9.6);
    tally.count('acme', 'bad signature', 1);
    tally.count('beta', 'accepted', 2);
    jest.advanceTimersByTime(59_999);
    expect(logged).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(logged).toMatchObject([
      { studio: 'acme', counts: { accepted: 2, 'bad signature': 1 }, slowestMs: 10 },
      { studio: 'beta', counts: { accepted: 1 }, slowestMs: 2 },
    ]);
    tally.close();
  });

  it('is silent while nothing comes', () => {
    const tally = start();
    jest.advanceTimersByTime(600_000);
    tally.close();
    expect(logged).toEqual([]);
  });

  it('knows the first call of its kind in a minute', () => {
    const tally = start();
    expect(tally.count('acme', 'bad signature', 1)).toBe(true);
    expect(tally.count('acme', 'bad signature', 1)).toBe(false);
    expect(tally.count('beta', 'bad signature', 1)).toBe(true);
    expect(tally.count('acme', 'accepted', 1)).toBe(true);
    jest.advanceTimersByTime(60_000);
    expect(tally.count('acme', 'bad signature', 1)).toBe(true);
    tally.close();
  });

  it('says at its end what it has not said yet, and then nothing more', () => {
    const tally = start();
    tally.count('acme', 'accepted', 1);
    tally.close();
    jest.advanceTimersByTime(600_000);
    expect(logged).toHaveLength(1);
  });
});

describe('the metrics behind the tally', () => {
  it('hear of every call at once', () => {
    const heard: unknown[] = [];
    const tally = startWebhookCounter(pino({ level: 'silent' }), { webhook: (...call) => heard.push(call) });
    tally.count('acme', 'accepted', 12, 202);
    tally.count(undefined, 'too many connections', 0);
    tally.close();
    expect(heard).toEqual([
      ['acme', 'accepted', 202, 12],
      [undefined, 'too many connections', undefined, 0],
    ]);
  });
});
