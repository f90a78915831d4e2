import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';

import { createGatewayLeaseActivities, GATEWAY_QUIET_MS } from '../../../activities/creative-force/gateway-lease';
import { eventually } from '../../support/temporal';

const LEASE_MS = 5_000;

type Answer = 'held' | 'lost' | 'unknown';

/** One attempt of the activity, with a server that gives these answers and repeats the last one. */
function hold(answers: readonly Answer[]) {
  const events: string[] = [];
  const allowed: number[] = [];
  const asked: number[] = [];
  const left = [...answers];
  let endService: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (endService = resolve));
  const { holdGateway } = createGatewayLeaseActivities({
    renew: () => {
      asked.push(performance.now());
      return Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? 'unknown');
    },
    budget: {
      allowUntil: (time) => void allowed.push(time),
      close: () => void events.push('closed'),
    },
    serve: () => {
      events.push('serves');
      return Promise.resolve({ ended, stop: () => void events.push('told to stop') });
    },
    renewEveryMs: 1,
  });
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: LEASE_MS });
  const end = environment.run(holdGateway).catch((error: unknown) => error);
  return { events, allowed, asked, environment, endService, end };
}

describe('the gateway lease', () => {
  it('allows requests until shortly before the server would give it to another worker', async () => {
    const { allowed, asked, endService, end } = hold(['held']);
    await eventually(
      () => Promise.resolve(allowed.length),
      (times) => times > 2,
    );
    endService();
    await end;
    const shares = allowed.map((until, at) => Math.round(until - (asked[at] ?? 0)));
    expect(shares.every((ms) => ms <= LEASE_MS - GATEWAY_QUIET_MS)).toBe(true);
  });

  it('heartbeats through the SDK as well, which would cancel it after some seconds', async () => {
    const { environment, endService, end } = hold(['held']);
    let heartbeats = 0;
    environment.on('heartbeat', () => (heartbeats += 1));
    await eventually(
      () => Promise.resolve(heartbeats),
      (times) => times > 2,
    );
    endService();
    await end;
    expect(heartbeats).toBeGreaterThan(2);
  });

  it('allows no more time while the server does not answer, and goes on asking', async () => {
    const { events, allowed, asked, environment, endService, end } = hold(['held', 'unknown']);
    await eventually(
      () => Promise.resolve(asked.length),
      (times) => times > 3,
    );
    expect([allowed.length, events]).toEqual([1, ['serves']]);
    environment.cancel();
    endService();
    await end;
  });

  it('sends nothing more when it is lost, also while its last activities end', async () => {
    const { events, endService, end } = hold(['held', 'lost']);
    await eventually(
      () => Promise.resolve(events.length),
      (count) => count === 3,
    );
    expect(events).toEqual(['serves', 'closed', 'told to stop']);
    endService();
    const failure = await end;
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: GATEWAY_QUIET_MS, category: 'BENIGN' });
  });

  it('is kept while the activities of a stopping worker end, and passed on after them', async () => {
    const { events, asked, environment, endService, end } = hold(['held']);
    await eventually(
      () => Promise.resolve(events.length),
      (count) => count === 1,
    );
    environment.cancel('WORKER_SHUTDOWN');
    const before = asked.length;
    await eventually(
      () => Promise.resolve(asked.length),
      (times) => times > before + 2,
    );
    expect(events).not.toContain('closed');
    endService();
    expect(await end).toMatchObject({ nextRetryDelay: GATEWAY_QUIET_MS });
    expect(events).toContain('closed');
  });

  it.each<[string, Answer]>([
    ['never had it', 'unknown'],
    ['has lost it', 'lost'],
  ])('does not keep a worker from stopping that %s', async (_state, answer) => {
    const { events, environment, end } = hold([answer]);
    environment.cancel('WORKER_SHUTDOWN');
    await end;
    expect(events).toEqual(['closed']);
  });
});
