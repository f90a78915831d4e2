import path from 'node:path';

import type { TimedThreadsOptions } from '../../../clients';
import { createTimedThreads, TooMuchWorkError } from '../../../clients/threads/timed-threads';
import { closingAfterEach, errorOf } from '../test-server';
import type { Work } from './computing-thread';

const closing = closingAfterEach();
const readSources = ['--require', path.resolve(__dirname, '../../support/read-sources.js')];

function threads(options: Partial<TimedThreadsOptions> = {}) {
  const created = createTimedThreads({
    program: path.join(__dirname, 'computing-thread.ts'),
    execArgv: readSources,
    timeLimitMs: 60_000,
    ...options,
  });
  closing(created.close);
  return (owner: string, work: Work, signal?: AbortSignal) => created.run(owner, work, signal);
}

const echo = (value: unknown): Work => ({ kind: 'echo', value });

describe('a thread with a time limit', () => {
  it('gives back what was computed, one piece of work after the other', async () => {
    const run = threads();
    expect([await run('acme', echo({ a: [1] })), await run('acme', echo('b'))]).toEqual([{ a: [1] }, 'b']);
  });

  it('fails with the error of the work, and goes on with the next', async () => {
    const run = threads();
    expect(await errorOf(run('acme', { kind: 'fail' }))).toMatchObject({
      name: 'RangeError',
      message: 'out of range',
    });
    expect(await run('acme', echo(1))).toBe(1);
  });

  it('is stopped when its work takes too long, and another one takes the next', async () => {
    const run = threads({ timeLimitMs: 3_000 });
    const error = await errorOf(run('acme', { kind: 'for ever' }));
    expect(error).toEqual(new TooMuchWorkError('It was stopped after 3 s.'));
    expect(await run('acme', echo(1))).toBe(1);
  });

  it('has all its time for the work, however long the thread takes to start', async () => {
    const run = threads({
      execArgv: [...readSources, '--require', path.join(__dirname, 'slow-start.js')],
      timeLimitMs: 3_500,
    });
    expect(await run('acme', echo(1))).toBe(1);
  });

  it('is stopped when its work needs too much memory', async () => {
    expect(await errorOf(threads({ memoryMebibytes: 96 })('acme', { kind: 'much memory' }))).toEqual(
      new TooMuchWorkError('It was stopped because it needed more than 96 MiB of memory.'),
    );
  });

  it('is left to others by an owner that has one', async () => {
    const run = threads();
    const cancel = new AbortController();
    const hostile = [1, 2, 3].map(() => errorOf(run('acme', { kind: 'for ever' }, cancel.signal)));
    expect(await run('beta', echo('done'))).toBe('done');
    cancel.abort(new Error('no longer needed'));
    expect(await Promise.all(hostile)).toEqual(hostile.map(() => new Error('no longer needed')));
  });
});
