import { createEventBudget } from '../../starters/webhook/event-budget';
import {
  event,
  logged,
  notified,
  post,
  receiver,
  receiverForEach,
  secret,
  serve,
  sign,
  studio,
} from '../starters/webhook/receiver-harness';

receiverForEach();

const send = (name: string, count: number) => {
  const body = JSON.stringify({ ...event, PayloadId: `payload-${count}` });
  return post(body, { 'x-cf-signature': sign(body) }, name);
};

describe('a flood of signed events of one studio', () => {
  beforeEach(() =>
    serve({
      studios: { acme: studio([secret]), beta: studio([secret]) },
      eventsOfStudio: { burst: 10, perSecond: 1 },
    }),
  );

  it('is taken up to its burst, and then answered with 503 and when to come again', async () => {
    const answers = [];
    for (let count = 0; count < 30; count++) answers.push(await send('acme', count));
    expect(answers.slice(0, 10).every(({ status }) => status === 202)).toBe(true);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(refused.map(() => '1'));
    expect(notified.length).toBe(30 - refused.length);
  });

  it('leaves those of another studio untouched', async () => {
    for (let count = 0; count < 30; count++) await send('acme', count);
    expect((await send('beta', 1)).status).toBe(202);
  });

  it('leaves one log line and a count', async () => {
    for (let count = 0; count < 30; count++) await send('acme', count);
    expect(logged.match(/"outcome":"too many events of this studio"/g)).toHaveLength(1);
    await receiver.close();
    expect(logged).toMatch(/"counts":\{[^}]*"too many events of this studio":\d{2}/);
  });

  it('cannot be made by somebody without the secret', async () => {
    for (let count = 0; count < 30; count++) await post(JSON.stringify(event), { 'x-cf-signature': sign('other') });
    expect((await send('acme', 1)).status).toBe(202);
  });
});

describe('the token bucket of a studio', () => {
  it('fills again with time, up to the burst and no further', () => {
    let now = 0;
    const budget = createEventBudget({ burst: 2, perSecond: 4 }, () => now);
    const take = () => budget.take('acme');
    expect([take(), take(), take()]).toEqual([0, 0, 250]);
    now += 250;
    expect([take(), take()]).toEqual([0, 250]);
    now += 3_600_000;
    expect([take(), take(), take()]).toEqual([0, 0, 250]);
  });

  it('passes at most burst and rate of 200 events a second for a minute', () => {
    let now = 0;
    const budget = createEventBudget({ burst: 300, perSecond: 5 }, () => now);
    let taken = 0;
    for (; now < 60_000; now += 5) if (budget.take('acme') === 0) taken++;
    expect(taken).toBeLessThanOrEqual(600);
    expect(taken).toBeGreaterThan(590);
  });
});
