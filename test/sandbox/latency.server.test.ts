import { EventEmitter } from 'node:events';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { createParallelRequests } from '../../sandbox/celtra/parallel-requests';
import { createStudios } from '../../sandbox/day/studios';
import { createLatencies, drawDuration, latencyDefaults } from '../../sandbox/latency';
import { createRandom } from '../../sandbox/random';
import { CeltraCaller } from './celtra-caller';
import { eventually, startQuickSandbox } from './start';
import { send, Vendor } from './vendor';

const LATE_MS = 120;

const takes = async (call: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await call();
  return performance.now() - began;
};

describe('a log-normal duration', () => {
  const draws = (seed: string): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 400 }, () => drawDuration({ medianMs: 100, sigma: 0.5 }, random));
  };

  it('has its median, its spread and only positive values', () => {
    const sorted = draws('a seed').sort((one, other) => one - other);
    expect(sorted[200]).toBeGreaterThan(90);
    expect(sorted[200]).toBeLessThan(110);
    // e^(0.5 × 1.645) = 2.28 times the median.
    expect(sorted[380]).toBeGreaterThan(180);
    expect(sorted[380]).toBeLessThan(280);
    expect(sorted[0]).toBeGreaterThan(0);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(draws('one')).toEqual(draws('one'));
    expect(draws('one')).not.toEqual(draws('other'));
  });
});

describe('the latency of the gateway', () => {
  it.each([
    ['getTask', 20],
    ['submitAssets', 60],
    ['token', 40],
    ['revocation', 40],
  ])('of %s is that of its endpoint, else that of its service', async (endpoint, expected) => {
    const { waitForEndpoint } = createLatencies({
      seed: 'test',
      latency: { ...latencyDefaults, gateway: 20, token: 40, gatewayEndpoints: { submitAssets: 60 } },
    });
    const took = await takes(() => waitForEndpoint(endpoint));
    expect(took).toBeGreaterThanOrEqual(expected - 2);
  });
});

describe('a sandbox with latencies', () => {
  let sandbox: Sandbox;
  let caller: CeltraCaller;
  const begin = async (options: SandboxOptions): Promise<void> => {
    sandbox = await startQuickSandbox(options);
    caller = new CeltraCaller(sandbox);
  };
  const ask = () => caller.post('export', { filters: caller.sampleFilter });
  const address = async (): Promise<string> => {
    const output = await caller.output('Square fr');
    return output?.assets['image']?.url ?? '';
  };
  afterEach(() => sandbox.stop());

  it.each([
    ['token', () => new Vendor(sandbox).token()],
    ['gateway', () => new Vendor(sandbox).gateway('GET', '/nowhere')],
    ['celtra', ask],
    ['celtraFiles', async () => fetch(await address())],
    ['store', () => fetch(`${sandbox.storeUrl}/t/none/none.jpg`)],
  ] as const)('answers late from its service %s', async (service, call) => {
    await begin({ latency: { [service]: LATE_MS } });
    expect(await takes(call)).toBeGreaterThanOrEqual(LATE_MS - 2);
  });

  it('answers others meanwhile', async () => {
    await begin({ latency: { celtra: 1_000 } });
    const late = ask();
    const first = await Promise.race([late.then(() => 'celtra'), send(sandbox.controlUrl).then(() => 'control')]);
    await late;
    expect(first).toBe('control');
  });

  it('refuses at once what has no valid token', async () => {
    await begin({ latency: { gateway: 60_000 } });
    expect((await send(`${sandbox.creativeForceUrl}/extpost/tasks`)).status).toBe(401);
  });

  it('renders in the time that is set, from the first answer on', async () => {
    await begin({ celtra: { rendersTakeMs: LATE_MS } });
    const stateOf = async () => (await caller.output('Square fr'))?.status;
    const began = performance.now();
    expect(await stateOf()).toBe('pending');
    let state: string | undefined;
    while ((state = await stateOf()) === 'pending');
    expect(state).toBe('finished');
    expect(performance.now() - began).toBeGreaterThanOrEqual(LATE_MS - 2);
  });

  it('waits with an archive until its outputs are rendered', async () => {
    await begin({ celtra: { rendersTakeMs: LATE_MS, archivesWhilePending: 'wait' } });
    const body = { filters: caller.sampleFilter, responseFormat: 'urls' };
    expect((await caller.post('exportToTsv', body)).text).not.toContain('pending');
  });

  describe('and a limit of parallel requests', () => {
    const limited = (above: 429 | 503 | 'slow', retryAfterSeconds?: number): SandboxOptions => ({
      latency: { celtra: LATE_MS },
      celtra: { parallelRequests: { limit: 2, above, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) } },
    });
    const atOnce = (count: number) => Promise.all(Array.from({ length: count }, ask));

    it.each([
      [429, undefined, null],
      [429, 3, '3'],
      [503, undefined, null],
      [503, 1, '1'],
    ] as const)('refuses those above it with %i, Retry-After %s', async (above, retryAfter, header) => {
      await begin(limited(above, retryAfter));
      const answers = await atOnce(3);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, above]);
      expect(answers.find(({ status }) => status === above)?.headers.get('retry-after')).toBe(header);
    });

    it('takes further ones once those are answered', async () => {
      await begin(limited(429));
      for (const _ of ['first', 'second']) {
        expect((await atOnce(2)).map(({ status }) => status)).toEqual([200, 200]);
      }
    });

    it('counts no request whose caller has gone', () => {
      const parallel = createParallelRequests({ parallelRequests: { limit: 1, above: 429 } });
      const [studio] = createStudios(createRandom('test'));
      if (studio === undefined) throw new Error('There is no studio.');
      const gone = new EventEmitter();
      parallel.enter(studio, gone);
      expect(() => parallel.enter(studio, new EventEmitter())).toThrow('at the same time');
      gone.emit('close');
      expect(parallel.enter(studio, new EventEmitter())).toBe(1);
    });

    it('counts each account for itself', async () => {
      await begin(limited(429));
      const other = new CeltraCaller(sandbox, 'nordlicht');
      const answers = await Promise.all([atOnce(2), other.post('export', { filters: other.sampleFilter })]);
      expect(answers.flat().map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('answers more slowly, as far as it is exceeded', async () => {
      await begin(limited('slow'));
      const times = await Promise.all(Array.from({ length: 4 }, () => takes(ask)));
      const [first = 0, , , last = 0] = times.sort((one, other) => one - other);
      expect(first).toBeGreaterThanOrEqual(LATE_MS - 2);
      expect(last).toBeGreaterThanOrEqual(2 * LATE_MS - 2);
    });
  });
});

describe('the next task of a day that has not begun', () => {
  it('becomes ready and is announced at once, one after another', async () => {
    const sandbox = await startQuickSandbox({ day: { tasks: 2, spreadMs: 60_000 } });
    const vendor = new Vendor(sandbox);
    const next = () => vendor.control('POST', '/day/next');
    const first = await next();
    expect(first.json).toMatchObject({ status: null });
    await eventually(() => sandbox.ledger().tasks.filter(({ readyAt }) => readyAt !== undefined).length === 1);
    expect((await next()).json).not.toMatchObject({ taskId: (first.json as { taskId: string }).taskId });
    expect((await next()).status).toBe(409);
    await sandbox.stop();
  });
});

describe('a render that takes no time', () => {
  it('is finished in the first answer, also when the clock goes on meanwhile', async () => {
    const sandbox = await startQuickSandbox();
    const caller = new CeltraCaller(sandbox);
    let clock = Date.now();
    const ticking = jest.spyOn(Date, 'now').mockImplementation(() => (clock += 1));
    const states = (await caller.outputs()).map(({ status }) => status);
    ticking.mockRestore();
    await sandbox.stop();
    expect(states).not.toContain('pending');
  });
});
