import { setTimeout } from 'node:timers/promises';

import { CancelledFailure } from '@temporalio/common';

import { runOneShotWrite, type OneShotWrite } from '../../../activities/runtime/one-shot-write';
import { RemoteCallError } from '../../../clients/remote-call-error';
import { anActivity } from '../activity-harness';

const refused = new RemoteCallError('Creative Force says no.', {
  system: 'Creative Force',
  endpoint: 'POST …/submit-assets',
  kind: 'refused',
  mayHaveActed: false,
});

/** A request that is never answered; it ends when it is aborted, as ours do. */
const unanswered = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('socket hang up'));
    });
  });

/** Begins the write and calls it off a moment later, for this reason. */
async function calledOff(
  once: Partial<OneShotWrite>,
  reason: 'CANCELLED' | 'WORKER_SHUTDOWN' = 'CANCELLED',
): Promise<unknown> {
  const environment = anActivity();
  const write = { endpoint: 'POST …/submit-assets', graceMs: 50, send: () => Promise.resolve(), ...once };
  const outcome = environment.run(() => runOneShotWrite(write));
  outcome.catch(() => undefined);
  await setTimeout(1);
  environment.cancel(reason);
  return outcome;
}

describe('a write that must not be repeated blindly, once it is cancelled', () => {
  it('before it was sent, is not sent', async () => {
    const sent: string[] = [];
    const send = () => {
      sent.push('sent');
      return Promise.resolve();
    };
    const before = (signal: AbortSignal) => setTimeout(60_000, undefined, { signal });
    await expect(calledOff({ before, send })).rejects.toBeInstanceOf(CancelledFailure);
    expect(sent).toEqual([]);
  });

  it('has worked when it is answered in the time that it still gets', async () => {
    await expect(calledOff({ send: () => setTimeout(10) })).resolves.toBeUndefined();
  });

  it('has been refused when that is the answer in this time', async () => {
    const send = async () => {
      await setTimeout(10);
      throw refused;
    };
    await expect(calledOff({ send })).rejects.toMatchObject({ type: 'Refused' });
  });

  it.each([
    ['CANCELLED', 'it was cancelled'],
    ['WORKER_SHUTDOWN', 'the worker was stopped'],
  ] as const)('is given up after this time, its outcome unknown (%s)', async (reason, words) => {
    const outcome = calledOff({ send: unanswered }, reason);
    await expect(outcome).rejects.toMatchObject({
      type: 'OutcomeUnknown',
      nonRetryable: true,
      message: expect.stringContaining(`had not answered POST …/submit-assets when ${words}`),
    });
  });
});

describe('a write that nobody cancels', () => {
  it('is waited for longer than that', async () => {
    const write = { endpoint: 'PUT …/start', graceMs: 1, send: () => setTimeout(30) };
    await expect(anActivity().run(() => runOneShotWrite(write))).resolves.toBeUndefined();
  });
});
