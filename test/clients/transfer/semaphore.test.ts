import { Semaphore } from '../../../clients/transfer/semaphore';

const never = new AbortController().signal;

/** Work that lasts until it is stopped. */
function piece(budget: Semaphore, bytes: number, signal = never, rank = 0) {
  const state = { isRunning: false, end: (): void => undefined };
  const done = budget.withPermits(
    bytes,
    signal,
    async () => {
      state.isRunning = true;
      await new Promise<void>((resolve) => (state.end = resolve));
      state.isRunning = false;
    },
    rank,
  );
  return { state, done };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('A shared budget', () => {
  it('grants what fits, in the order of the requests, and the rest when permits are free', async () => {
    const budget = new Semaphore(100);
    const pieces = [60, 40, 50, 10].map((bytes) => piece(budget, bytes));
    await settled();
    expect(pieces.map(({ state }) => state.isRunning)).toEqual([true, true, false, false]);
    pieces[0]?.state.end();
    await settled();
    expect(pieces.map(({ state }) => state.isRunning)).toEqual([false, true, true, true]);
    for (const { state } of pieces) state.end();
    await Promise.all(pieces.map(({ done }) => done));
  });

  it('grants the lowest rank first, and of one rank whoever came first', async () => {
    const budget = new Semaphore(1);
    const ended: number[] = [];
    const ranks = [0, 2, 1, 2, 1];
    const pieces = ranks.map((rank) => piece(budget, 1, never, rank));
    for (let left = ranks.length; left > 0; left -= 1) {
      await settled();
      const running = pieces.findIndex(({ state }) => state.isRunning);
      ended.push(running);
      pieces[running]?.state.end();
      await pieces[running]?.done;
    }
    expect(ended).toEqual([0, 2, 4, 1, 3]);
  });

  it('lets what is larger than all of it go alone', async () => {
    const budget = new Semaphore(100);
    const [large, small] = [piece(budget, 5_000), piece(budget, 1)];
    await settled();
    expect([large.state.isRunning, small.state.isRunning]).toEqual([true, false]);
    large.state.end();
    await large.done;
    await settled();
    small.state.end();
    await expect(small.done).resolves.toBeUndefined();
  });

  it('releases waits that are cancelled, and the permits of what failed', async () => {
    const budget = new Semaphore(10);
    const first = piece(budget, 10);
    const cancel = new AbortController();
    const second = piece(budget, 10, cancel.signal);
    cancel.abort(new Error('enough'));
    await expect(second.done).rejects.toThrow('enough');
    first.state.end();
    await first.done;
    await expect(budget.withPermits(10, never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(budget.withPermits(10, never, () => Promise.resolve('fine'))).resolves.toBe('fine');
  });
});
