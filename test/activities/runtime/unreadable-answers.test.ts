import { runActivity } from '../../../activities/runtime/run-activity';
import { pollAgain } from '../../../activities/runtime/failures';
import { RemoteCallError } from '../../../clients/remote-call-error';
import { anActivity, failureOf, reportsOf } from '../activity-harness';

function unreadable(system: RemoteCallError['system'], retryAfterMs?: number): RemoteCallError {
  const facts = { system, endpoint: 'GET /x', kind: 'unreadable', status: 200, mayHaveActed: false } as const;
  return new RemoteCallError(`${system} answered with 200 and an HTML page.`, { ...facts, retryAfterMs });
}

/** One attempt that gets no readable answer; `details` are those of the last heartbeat before it. */
async function attemptAfter(details: unknown, error = unreadable('Creative Force')) {
  const environment = anActivity({ heartbeatDetails: details });
  const reports = reportsOf(environment);
  const failure = await failureOf(() => runActivity(() => Promise.reject(error)), environment);
  return { failure, reports };
}

describe('an answer that is none of the API', () => {
  it.each(['Creative Force', 'Celtra'] as const)('is asked for again over some minutes (%s)', async (system) => {
    let waited = 0;
    let details: unknown;
    for (let attempt = 1; attempt < 10; attempt++) {
      const { failure, reports } = await attemptAfter(details, unreadable(system));
      expect(failure).toMatchObject({ type: 'Transient', nonRetryable: false });
      waited += Number(failure.nextRetryDelay);
      details = reports.at(-1);
    }
    expect(waited).toBeGreaterThan(4 * 60_000);
    expect((await attemptAfter(details, unreadable(system))).failure).toMatchObject({
      type: 'ContractChanged',
      nonRetryable: true,
      message: `${system} answered with 200 and an HTML page. This happened 10 times in a row, over some minutes.`,
    });
  });

  it('leaves to the next attempt what this one had reported', async () => {
    const environment = anActivity({ heartbeatDetails: { found: 3, unreadableAnswers: 1 } });
    const reports = reportsOf(environment);
    let last: unknown;
    await failureOf(
      () =>
        runActivity(({ lastHeartbeat }) => {
          last = lastHeartbeat;
          return Promise.reject(unreadable('Celtra'));
        }),
      environment,
    );
    expect([last, reports]).toEqual([{ found: 3 }, [{ found: 3, unreadableAnswers: 2 }]]);
  });

  it('counts only in a row: a poll that was answered begins anew', async () => {
    const environment = anActivity({ heartbeatDetails: { unreadableAnswers: 9 } });
    const reports = reportsOf(environment);
    await failureOf(() => runActivity(() => Promise.reject(pollAgain('No verdict yet', 60_000))), environment);
    expect(reports).toEqual([{}]);
    expect((await attemptAfter(reports[0])).failure.type).toBe('Transient');
  });

  it('is not asked for earlier than the other side wants', async () => {
    const { failure } = await attemptAfter(undefined, unreadable('Creative Force', 90_000));
    expect(failure.nextRetryDelay).toBe(90_000);
  });
});
