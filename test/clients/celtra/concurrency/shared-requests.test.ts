import { SharedRequests } from '../../../../clients/celtra/concurrency/shared-requests';

/** A request that a test answers; `signals` are those of the requests that were sent. */
function stage() {
  const shared = new SharedRequests<string>();
  const signals: AbortSignal[] = [];
  const answers: ((text: string) => void)[] = [];
  const ask = (key: string, signal?: AbortSignal) =>
    shared.get(key, signal, (stop) => {
      signals.push(stop);
      return new Promise<string>((resolve, reject) => {
        answers.push(resolve);
        stop.addEventListener('abort', () => {
          reject(new Error('stopped'));
        });
      });
    });
  return { ask, signals, answer: (text: string) => answers.at(-1)?.(text), shared };
}

describe('callers that ask the same at the same time', () => {
  it('share one request', async () => {
    const { ask, signals, answer } = stage();
    const both = Promise.all([ask('a'), ask('a')]);
    answer('outputs');
    expect([await both, signals.length]).toEqual([['outputs', 'outputs'], 1]);
  });

  it('do not share it with those that ask something else', () => {
    const { ask, signals } = stage();
    void ask('a');
    void ask('b');
    expect(signals).toHaveLength(2);
  });

  it('ask anew once it is answered', async () => {
    const { ask, signals, answer } = stage();
    const first = ask('a');
    answer('outputs');
    await first;
    void ask('a');
    expect(signals).toHaveLength(2);
  });

  it('all hear of its failure, and the next one asks anew', async () => {
    const { shared } = stage();
    const fail = () => Promise.reject(new Error('no answer'));
    const ends = await Promise.allSettled([shared.get('a', undefined, fail), shared.get('a', undefined, fail)]);
    expect(ends).toMatchObject([{ reason: { message: 'no answer' } }, { reason: { message: 'no answer' } }]);
    await expect(shared.get('a', undefined, () => Promise.resolve('outputs'))).resolves.toBe('outputs');
  });

  it('get their answer although one of them is cancelled', async () => {
    const { ask, signals, answer } = stage();
    const cancelled = new AbortController();
    const left = ask('a', cancelled.signal);
    const stays = ask('a');
    cancelled.abort(new Error('cancelled'));
    await expect(left).rejects.toThrow('cancelled');
    answer('outputs');
    await expect(stays).resolves.toBe('outputs');
    expect(signals[0]?.aborted).toBe(false);
  });

  it('stop the request once all of them are cancelled', async () => {
    const { ask, signals } = stage();
    const cancelled = new AbortController();
    const both = [ask('a', cancelled.signal), ask('a', cancelled.signal)];
    cancelled.abort(new Error('cancelled'));
    await Promise.allSettled(both);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
