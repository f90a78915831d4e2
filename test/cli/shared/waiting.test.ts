import { createWaiting, sayingWaits } from '../../../cli/shared/waiting';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const after = <T>(milliseconds: number, value: T): Promise<T> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, value));

describe('a command that waits', () => {
  it('says for what after 3 s, and again every 15 s', async () => {
    const lines: string[] = [];
    const waiting = createWaiting((line) => lines.push(line))('the store', () => after(20_000, 'done'));
    await jest.advanceTimersByTimeAsync(2_999);
    expect(lines).toEqual([]);
    await jest.advanceTimersByTimeAsync(20_000);
    await expect(waiting).resolves.toBe('done');
    expect(lines).toEqual(['Waiting for the store (3 s)', 'Waiting for the store (18 s)']);
  });

  it('says nothing when the answer comes sooner, nor after it', async () => {
    const lines: string[] = [];
    const waiting = createWaiting((line) => lines.push(line))('the store', () => after(2_000, 'done'));
    await jest.advanceTimersByTimeAsync(60_000);
    await expect(waiting).resolves.toBe('done');
    expect(lines).toEqual([]);
  });

  it('names the oldest of several waits once, by what is known of it by then', async () => {
    const lines: string[] = [];
    const say = createWaiting((line) => lines.push(line));
    let attempt = 1;
    const waits = [
      say(
        () => `attempt ${attempt}`,
        () => after(4_000, 1),
      ),
      say('another', () => after(4_000, 2)),
    ];
    attempt = 2;
    await jest.advanceTimersByTimeAsync(60_000);
    await Promise.all(waits);
    expect(lines).toEqual(['Waiting for attempt 2, and for 1 more (3 s)']);
  });

  it('ends with the error of what it waited for', async () => {
    const failing = createWaiting(() => undefined)('the store', () => Promise.reject(new Error('gone')));
    await expect(failing).rejects.toThrow('gone');
  });

  it('names the call of a client that does not answer', async () => {
    const lines: string[] = [];
    const client = { retries: 3, readTask: (id: string) => after(4_000, `task ${id}`) };
    const saying = sayingWaits(
      client,
      'Creative Force',
      createWaiting((line) => lines.push(line)),
    );
    const reading = saying.readTask('a');
    await jest.advanceTimersByTimeAsync(5_000);
    await expect(reading).resolves.toBe('task a');
    expect([lines, saying.retries]).toEqual([['Waiting for Creative Force (readTask) (3 s)'], 3]);
  });
});
