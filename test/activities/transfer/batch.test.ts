import { setImmediate } from 'node:timers/promises';

import { runBatch } from '../../../activities/transfer/batch';
import { withPermit } from '../../../activities/transfer/transfer-run';
import { Semaphore } from '../../../clients';

describe('a batch that is cancelled', () => {
  it('ends only when each of its transfers has stopped, and begins no other', async () => {
    const { signal, abort } = abortable();
    const begun: number[] = [];
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const run = { signal, lastHeartbeat: undefined, heartbeat: () => undefined, setFailureDetails: () => undefined };
    let outcome: unknown;
    const batch = runBatch(range(1, 30), run, async (file) => {
      begun.push(file);
      if (file > 1) return stopped;
      await Promise.resolve();
      abort();
    }).then(
      () => (outcome = 'done'),
      (error: unknown) => (outcome = error),
    );
    await setImmediate();
    expect(outcome).toBeUndefined();
    stop();
    await batch;
    expect(outcome).toEqual(new Error('cancelled'));
    expect(begun).toEqual(range(1, 24));
  });
});

describe('two batches that share permits', () => {
  it('end one after the other, because files of the one that began first go first', async () => {
    const { signal } = abortable();
    const permits = new Semaphore(2);
    const run = { signal, lastHeartbeat: undefined, heartbeat: () => undefined, setFailureDetails: () => undefined };
    const ended: string[] = [];
    const begin = (name: string) =>
      runBatch(range(1, 40), run, (file, fileRun) =>
        withPermit(permits, fileRun, () => {
          ended.push(name);
          return Promise.resolve(file);
        }),
      );
    const first = begin('first');
    await setImmediate();
    await Promise.all([first, begin('second')]);
    expect(ended.lastIndexOf('first')).toBeLessThan(45);
    expect(ended).toHaveLength(80);
  });
});

describe('the reports of a batch', () => {
  const { signal } = abortable();
  /** Transfers 20 files that report three steps each; the last one fails if wanted. Gives the reports. */
  async function reportsOf(fails: boolean): Promise<unknown[]> {
    const reports: unknown[] = [];
    const run = {
      signal,
      lastHeartbeat: undefined,
      heartbeat: (report: unknown) => reports.push(report),
      setFailureDetails: () => undefined,
    };
    const files = Array.from({ length: 20 }, (_, index) => index);
    await runBatch(files, run, (file, { heartbeat }) => {
      for (const step of ['waits', 'begins', 'ends']) heartbeat(step);
      return fails && file === 19 ? Promise.reject(new Error('refused')) : Promise.resolve(file);
    }).catch(() => undefined);
    return reports;
  }

  it('are few, because each holds the results of all its files', async () => {
    expect((await reportsOf(false)).length).toBeLessThanOrEqual(2);
  });

  it('end with everything that is done when one file fails', async () => {
    const { done } = (await reportsOf(true)).at(-1) as { done: object };
    expect(Object.keys(done)).toHaveLength(19);
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function abortable() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort(new Error('cancelled'));
    },
  };
}
