import { CancelledFailure } from '@temporalio/common';

import { runActivity, type ActivityRun } from '../../../activities/runtime/run-activity';
import { RemoteCallError } from '../../../clients/remote-call-error';
import { anActivity, failureOf, reportsOf } from '../activity-harness';

afterEach(() => {
  jest.useRealTimers();
});

/** Work that ends only when it is stopped, as a request does: with its own error. */
const untilAborted = ({ signal }: ActivityRun): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('socket hang up'));
    });
  });

describe('performing an activity', () => {
  it('gives what the work gives', async () => {
    await expect(anActivity().run(() => runActivity(() => Promise.resolve('done')))).resolves.toBe('done');
  });

  it('turns an error of a remote call into a failure', async () => {
    const error = new RemoteCallError('403.', {
      system: 'Celtra',
      endpoint: 'POST /export',
      kind: 'forbidden',
      mayHaveActed: false,
    });
    expect(await failureOf(() => runActivity(() => Promise.reject(error)))).toMatchObject({
      type: 'Forbidden',
      message: '403.',
    });
  });

  it('reports progress at once', async () => {
    const environment = anActivity();
    const reports = reportsOf(environment);
    await environment.run(() =>
      runActivity(({ heartbeat }) => {
        heartbeat({ bytes: 1 });
        return Promise.resolve();
      }),
    );
    expect(reports).toEqual([{ bytes: 1 }]);
  });

  it('goes on from what the last attempt reported', async () => {
    const environment = anActivity({ heartbeatDetails: { bytes: 7 } });
    const last = await environment.run(() => runActivity(({ lastHeartbeat }) => Promise.resolve(lastHeartbeat)));
    expect(last).toEqual({ bytes: 7 });
  });

  it('heartbeats every one and a half seconds with the latest progress', async () => {
    jest.useFakeTimers();
    const environment = anActivity({ heartbeatDetails: 'where the last attempt was' });
    const reports = reportsOf(environment);
    await environment.run(() =>
      runActivity(({ heartbeat }) => {
        jest.advanceTimersByTime(3_000);
        heartbeat('further');
        jest.advanceTimersByTime(1_500);
        return Promise.resolve();
      }),
    );
    expect(reports).toEqual(['where the last attempt was', 'where the last attempt was', 'further', 'further']);
  });

  it.each([
    ['succeeded', () => Promise.resolve()],
    ['failed', () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNRESET' }))],
  ])('stops to heartbeat when the work has %s', async (_how, work: () => Promise<void>) => {
    jest.useFakeTimers();
    const environment = anActivity();
    const reports = reportsOf(environment);
    await environment.run(() => runActivity(work)).catch(() => undefined);
    jest.advanceTimersByTime(60_000);
    expect([reports, jest.getTimerCount()]).toEqual([[], 0]);
  });

  it('is cancelled on request, whatever error the broken request ended with', async () => {
    const environment = anActivity();
    const running = environment.run(() => runActivity(untilAborted));
    environment.cancel();
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
  });
});
