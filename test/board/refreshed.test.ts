import { ifSoon, refreshed } from '../../board/shared/refreshed';

const limits = { freshMs: 10, staleMs: 100 };

/** A value that counts how often it was read, at a time that the test sets. */
function counted() {
  const clock = { now: 0 };
  let readings = 0;
  const read = jest.fn(() => Promise.resolve(++readings));
  return { clock, read, value: refreshed(read, limits, () => clock.now) };
}

describe('a value that is refreshed', () => {
  it('is read once by all who ask at the same time', async () => {
    const { read, value } = counted();
    expect(await Promise.all([value(), value(), value()])).toEqual([1, 1, 1]);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is not read again while it is fresh', async () => {
    const { clock, value } = counted();
    await value();
    clock.now = 10;
    expect(await value()).toBe(1);
  });

  it('is answered at once while it is read again', async () => {
    const { clock, value } = counted();
    await value();
    clock.now = 50;
    expect(await value()).toBe(1);
    clock.now = 55;
    expect(await value()).toBe(2);
  });

  it('is waited for once it is too old', async () => {
    const { clock, value } = counted();
    await value();
    clock.now = 101;
    expect(await value()).toBe(2);
  });

  it('is read again after a reading has failed', async () => {
    const read = jest.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce('here');
    const value = refreshed(read, limits);
    await expect(value()).rejects.toThrow('away');
    expect(await value()).toBe('here');
  });
});

describe('a value that a page does not wait for', () => {
  it('is shown when it comes soon', async () => {
    expect(await ifSoon(60_000, Promise.resolve('a value'))).toBe('a value');
  });

  it('is left out when it comes too late', async () => {
    expect(await ifSoon(1, new Promise(() => undefined))).toBeUndefined();
  });

  it('fails as its reading does', async () => {
    await expect(ifSoon(60_000, Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  });
});
