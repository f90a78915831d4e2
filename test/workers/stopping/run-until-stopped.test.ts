import { setTimeout as sleep } from 'node:timers/promises';

import { runUntilStopped, timeBeforeCancellation } from '../../../workers/stopping/run-until-stopped';
import type { RunningActivity } from '../../../workers/stopping/running-work';

const upload: RunningActivity = { activity: 'uploadFiles', workflowId: 'extpost/acme/1', attempt: 2 };

/** A worker that ends so long after it was told to; `Infinity`: it hangs. */
function fakeWorker(stopsAfterMs: number, failure?: Error) {
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let state: 'RUNNING' | 'STOPPING' = 'RUNNING';
  return {
    run: async () => {
      if (failure !== undefined) throw failure;
      await stopped;
      await (stopsAfterMs === Infinity ? new Promise(() => undefined) : sleep(stopsAfterMs));
    },
    shutdown: () => {
      state = 'STOPPING';
      stop();
    },
    getState: () => state,
  };
}

function stage(work: { running?: RunningActivity[]; interrupted?: RunningActivity[] } = {}) {
  const said: string[] = [];
  const say = (_facts: unknown, message?: string): void => {
    said.push(message ?? '');
  };
  return {
    said,
    options: {
      graceMs: 1_000,
      stopRequested: Promise.resolve(),
      work: { running: () => work.running ?? [], interrupted: () => work.interrupted ?? [] },
      logger: { info: say, warn: say },
    },
  };
}

describe('a worker that is told to stop', () => {
  it('ends as soon as its work has ended', async () => {
    const { options, said } = stage();
    await expect(runUntilStopped([fakeWorker(10), fakeWorker(20)], options)).resolves.toBe('stopped');
    expect(said).toEqual([]);
  });

  it('ends within the grace time also when work hangs, and names that work', async () => {
    const { options, said } = stage({ running: [upload] });
    const begun = performance.now();
    await expect(runUntilStopped([fakeWorker(10), fakeWorker(Infinity)], options)).resolves.toBe('forced');
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect(said).toEqual([
      'Stopping; 1 activity may take 1 second to finish.',
      expect.stringContaining('Left uploadFiles of extpost/acme/1 (attempt 2) unfinished'),
    ]);
  });

  it('names the work that it has interrupted', async () => {
    const { options, said } = stage({ interrupted: [upload] });
    await runUntilStopped([fakeWorker(10)], options);
    expect(said).toEqual([
      'Interrupted uploadFiles of extpost/acme/1 (attempt 2) by the stop; the next worker continues it.',
    ]);
  });
});

it('a worker that fails stops the others, and its error is told', async () => {
  const { options } = stage();
  const never = new Promise(() => undefined);
  const workers = [fakeWorker(10), fakeWorker(10, new Error('No such namespace.'))];
  await expect(runUntilStopped(workers, { ...options, stopRequested: never })).rejects.toThrow('No such namespace.');
});

it.each([
  [10_000, 8_000],
  [2_000, 1_000],
  [0, 0],
])('of %d ms an activity may use %d ms before it is cancelled', (graceMs, before) => {
  expect(timeBeforeCancellation(graceMs)).toBe(before);
});
