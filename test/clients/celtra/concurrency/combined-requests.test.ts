import { CombinedRequests } from '../../../../clients/celtra/concurrency/combined-requests';

const poisoned = new Error('one of the ids is forbidden');

/** Requests whose turn comes, and which are answered, when a test says so; `sent` are the ids of each. */
function stage() {
  const combined = new CombinedRequests<string>(
    (item) => item,
    (error) => error === poisoned,
  );
  const sent: (readonly string[])[] = [];
  const stops: AbortSignal[] = [];
  const waiting: { turn: () => void; answer: () => void; fail: (error: Error) => void }[] = [];
  const ask = (ids: string[], { about = 'design', signal }: { about?: string; signal?: AbortSignal } = {}) =>
    combined.get({ about, ids, atMost: 3 }, signal, (idsNow, stop) => {
      stops.push(stop);
      return new Promise((resolve, reject) => {
        let named: readonly string[] = [];
        waiting.push({
          turn: () => {
            named = idsNow();
            sent.push(named);
          },
          answer: () => {
            resolve(named);
          },
          fail: reject,
        });
      });
    });
  /** The request number `index`, once it waits for its turn. */
  const request = async (index: number) => {
    await jest.advanceTimersByTimeAsync(25);
    const found = waiting[index];
    if (found === undefined) throw new Error(`There is no request ${index}.`);
    return found;
  };
  const serve = async (index: number): Promise<void> => {
    const { turn, answer } = await request(index);
    turn();
    answer();
  };
  return { ask, sent, stops, request, serve };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('callers that ask about the same design', () => {
  it('share one request for all ids, and each gets its own', async () => {
    const { ask, sent, serve } = stage();
    const both = Promise.all([ask(['a', 'b']), ask(['b', 'c'])]);
    await serve(0);
    expect([await both, sent]).toEqual([
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      [['a', 'b', 'c']],
    ]);
  });

  it('join a request that waits for its turn', async () => {
    const { ask, sent, request } = stage();
    const first = ask(['a']);
    const { turn, answer } = await request(0);
    const second = ask(['b']);
    turn();
    answer();
    await expect(Promise.all([first, second])).resolves.toEqual([['a'], ['b']]);
    expect(sent).toEqual([['a', 'b']]);
  });

  it('join one that is on its way only when it names their ids', async () => {
    const { ask, sent, request, serve } = stage();
    const first = ask(['a', 'b']);
    const { turn, answer } = await request(0);
    turn();
    const same = ask(['b']);
    const other = ask(['c']);
    answer();
    await serve(1);
    await expect(Promise.all([first, same, other])).resolves.toEqual([['a', 'b'], ['b'], ['c']]);
    expect(sent).toEqual([['a', 'b'], ['c']]);
  });

  it.each([
    ['another question', ['b'], 'other design'],
    ['more ids than one request may name', ['b', 'c', 'd'], 'design'],
  ])('do not share it with %s', async (_, ids, about) => {
    const { ask, sent, serve } = stage();
    const both = Promise.all([ask(['a']), ask(ids, { about })]);
    await serve(0);
    await serve(1);
    await both;
    expect(sent).toEqual([['a'], ids]);
  });

  it('ask alone when the ids of one of them make the request fail', async () => {
    const { ask, sent, request, serve } = stage();
    const both = Promise.allSettled([ask(['a']), ask(['forbidden'])]);
    const { turn, fail } = await request(0);
    turn();
    fail(poisoned);
    await serve(1);
    (await request(2)).fail(poisoned);
    expect(await both).toEqual([
      { status: 'fulfilled', value: ['a'] },
      { status: 'rejected', reason: poisoned },
    ]);
    expect(sent).toEqual([['a', 'forbidden'], ['a']]);
  });

  it('all hear of any other failure', async () => {
    const { ask, request } = stage();
    const both = Promise.allSettled([ask(['a']), ask(['b'])]);
    (await request(0)).fail(new Error('no answer'));
    expect(await both).toMatchObject([{ reason: { message: 'no answer' } }, { reason: { message: 'no answer' } }]);
  });

  it('get their answer although one of them is cancelled', async () => {
    const { ask, sent, serve } = stage();
    const cancelled = new AbortController();
    const left = ask(['a'], { signal: cancelled.signal });
    const stays = ask(['b']);
    cancelled.abort(new Error('cancelled'));
    await expect(left).rejects.toThrow('cancelled');
    await serve(0);
    await expect(stays).resolves.toEqual(['b']);
    expect(sent).toHaveLength(1);
  });

  it('stop the request once all of them are cancelled', async () => {
    const { ask, stops, request } = stage();
    const cancelled = new AbortController();
    const asking = ask(['a'], { signal: cancelled.signal });
    await request(0);
    cancelled.abort(new Error('cancelled'));
    await expect(asking).rejects.toThrow('cancelled');
    expect(stops.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
