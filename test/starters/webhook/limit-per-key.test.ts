import { limitPerKey } from '../../../starters/webhook/limit-per-key';

describe('turns', () => {
  it('are given to so many of a key at a time, in the order of their arrival, and to others at once', async () => {
    const withPermit = limitPerKey(2);
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string) => () => {
      begun.push(name);
      return new Promise<string>((resolve) => {
        ends.push(() => {
          resolve(name);
        });
      });
    };
    const all = ['a1', 'a2', 'a3', 'a4', 'b1'].map((name) => withPermit(name.charAt(0), work(name)));
    await new Promise(setImmediate);
    expect(begun).toEqual(['a1', 'a2', 'b1']);
    ends[0]?.();
    await new Promise(setImmediate);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
    for (let end = 1; end < 5; end++) {
      await new Promise(setImmediate);
      ends[end]?.();
    }
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
  });

  it('go on after one that failed', async () => {
    const withPermit = limitPerKey(1);
    const failed = withPermit('a', () => Promise.reject(new Error('away')));
    const next = withPermit('a', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('away');
    expect(await next).toBe('done');
  });
});
