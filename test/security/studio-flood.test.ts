import { NOT_STARTED, type NotifyOptions } from '../../starters/tasks/task-starter';
import { createEventBudget } from '../../starters/webhook/event-budget';
import { limitUnconfirmedTasks } from '../../starters/webhook/unconfirmed-tasks';
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

describe('a flood of tasks that Creative Force does not show', () => {
  /** A receiver beside a Temporal that runs the task `known` already; the ids of what it starts. */
  async function serveWithCeiling(maxUnconfirmedTasks: number, known: string): Promise<readonly string[]> {
    const started: string[] = [];
    const notify = ({ taskId }: { taskId: string }, _event: unknown, { mayStart = true }: NotifyOptions = {}) => {
      const run = { workflowId: `extpost/acme/${taskId}`, runId: 'run' };
      if (taskId !== known && !mayStart) return Promise.resolve({ ...run, refused: NOT_STARTED } as const);
      if (taskId !== known) started.push(taskId);
      return Promise.resolve(run);
    };
    await serve({ starter: { notify }, maxUnconfirmedTasks, countUnconfirmedTasks: () => Promise.resolve(0) });
    return started;
  }
  const idOf = (number: number) => `a3b4c5d6-1111-4222-8333-${String(number).padStart(12, '0')}`;
  const sendFor = (taskId: string) => post(JSON.stringify({ ...event, TaskId: taskId, PayloadId: taskId }));

  it('is taken up to the ceiling, and then answered with 503 and when to come again', async () => {
    const started = await serveWithCeiling(5, idOf(0));
    const answers = [];
    for (let number = 1; number <= 8; number++) answers.push(await sendFor(idOf(number)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 503, 503, 503]);
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('10');
    expect(started).toHaveLength(5);
  });

  it('does not hold up events of tasks that are known', async () => {
    await serveWithCeiling(1, idOf(0));
    await sendFor(idOf(1));
    expect([(await sendFor(idOf(2))).status, (await sendFor(idOf(0))).status]).toEqual([503, 202]);
  });
});

describe('the ceiling of unconfirmed tasks', () => {
  const logger = { warn: jest.fn() };
  /** A ceiling of 10 beside a clock and a Temporal of the test. */
  function ceiling(count: () => Promise<number>) {
    const clock = { now: 0 };
    return { clock, tasks: limitUnconfirmedTasks({ max: 10, beginPerSecond: 2, count, logger, now: () => clock.now }) };
  }

  it('opens again when Creative Force has shown tasks, or they have ended', async () => {
    let inTemporal = 10;
    const { clock, tasks } = ceiling(() => Promise.resolve(inTemporal));
    expect((await tasks.take('acme')).mayStart).toBe(false);
    inTemporal = 9;
    expect((await tasks.take('acme')).mayStart).toBe(false);
    clock.now += 2_001;
    expect((await tasks.take('acme')).mayStart).toBe(true);
  });

  it('counts what was started since Temporal was asked', async () => {
    const { tasks } = ceiling(() => Promise.resolve(8));
    await tasks.take('acme');
    await tasks.take('acme');
    expect([await tasks.take('acme'), await tasks.take('beta')]).toMatchObject([
      { mayStart: false },
      { mayStart: true },
    ]);
  });

  it('lets the first thirty begin at once, and further ones one after the other', async () => {
    const tasks = limitUnconfirmedTasks({
      max: 1_000,
      beginPerSecond: 2,
      count: (name) => Promise.resolve(name === 'acme' ? 28 : 0),
      logger,
      now: () => 0,
    });
    const delays: number[] = [];
    for (let event = 0; event < 5; event++) delays.push((await tasks.take('acme')).startDelayMs);
    expect(delays).toEqual([0, 0, 0, 500, 1_000]);
    expect(await tasks.take('beta')).toEqual({ mayStart: true, startDelayMs: 0 });
  });

  it('asks Temporal once, however many events come', async () => {
    const count = jest.fn(() => Promise.resolve(0));
    const { tasks } = ceiling(count);
    await Promise.all(Array.from({ length: 100 }, () => tasks.take('acme')));
    expect(count).toHaveBeenCalledTimes(1);
  });

  it('holds by the last count while Temporal does not count', async () => {
    let answers = true;
    const { clock, tasks } = ceiling(() => (answers ? Promise.resolve(9) : Promise.reject(new Error('away'))));
    await tasks.take('acme');
    answers = false;
    clock.now += 2_001;
    expect((await tasks.take('acme')).mayStart).toBe(false);
    expect(logger.warn).toHaveBeenCalled();
  });
});

describe('more events of a studio than Temporal accepts at a time', () => {
  it('are answered at once with 503, and those of another studio are not held up', async () => {
    const pending: (() => void)[] = [];
    await serve({
      studios: { acme: studio([secret]), beta: studio([secret]) },
      maxEventsAtOnce: 3,
      starter: {
        notify: ({ taskId, studio: name }) =>
          new Promise((resolve) => {
            const accept = () => {
              resolve({ workflowId: taskId, runId: 'run' });
            };
            if (name === 'beta') accept();
            else pending.push(accept);
          }),
      },
    });
    const waiting = [1, 2, 3].map((count) => send('acme', count));
    while (pending.length < 3) await new Promise((resolve) => setImmediate(resolve));
    const refused = await send('acme', 4);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await send('beta', 1)).status).toBe(202);
    for (const accept of pending) accept();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([202, 202, 202]);
  });
});

describe('an event that Temporal has not accepted in time', () => {
  it('counts until Temporal has answered, so that no more are asked of it meanwhile', async () => {
    const answers: (() => void)[] = [];
    const notify = () =>
      new Promise<{ workflowId: string }>((resolve) => {
        answers.push(() => {
          resolve({ workflowId: 'id' });
        });
      });
    await serve({ maxEventsAtOnce: 1, temporalTimeoutMs: 30, starter: { notify } });
    const retryAfter = async (count: number) => (await send('acme', count)).headers.get('retry-after');
    // The first one is not answered in time; the second one is not even asked for.
    expect([await retryAfter(1), await retryAfter(2), answers.length]).toEqual(['10', '1', 1]);
    answers[0]?.();
    expect([await retryAfter(3), answers.length]).toEqual(['10', 2]);
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
