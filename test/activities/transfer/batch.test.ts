import { setImmediate } from 'node:timers/promises';

import { runBatch } from '../../../activities/transfer/batch';

describe('a batch that is cancelled', () => {
  it('ends only when each of its transfers has stopped, and begins no other', async () => {
    const { signal, abort } = abortable();
    const begun: number[] = [];
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const run = { signal, lastHeartbeat: undefined, heartbeat: () => undefined, setFailureDetails: () => undefined };
    let outcome: unknown;
    const batch = runBatch([1, 2, 3, 4, 5, 6], run, async (file) => {
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
    expect(begun).toEqual([1, 2, 3, 4]);
  });
});

function abortable() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort(new Error('cancelled'));
    },
  };
}
