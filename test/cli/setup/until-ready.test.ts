import { ScheduleNotFoundError } from '@temporalio/client';

import { untilReady } from '../../../cli/setup/until-ready';

/** An error as the gRPC library throws it, wrapped as the Temporal client does. */
const answer = (code: number, details: string): Error =>
  new Error('Failed to describe schedule', {
    cause: Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} }),
  });

const failingOnce = (error: Error): (() => Promise<string>) => {
  let calls = 0;
  return () => (calls++ === 0 ? Promise.reject(error) : Promise.resolve('done'));
};

describe('a step of the set-up', () => {
  it.each([
    ['no server is there yet', answer(14, 'No connection established')],
    ['no service of Temporal answers the query yet', answer(4, 'context deadline exceeded')],
    ['nobody runs the schedule yet', answer(9, 'no poller seen for task queue')],
    ['a server does not know the namespace yet', answer(5, 'Namespace extpost is not found.')],
    [
      'a server does not know the search attribute yet',
      answer(3, 'Namespace extpost has no mapping defined for search attribute ExtpostStudio'),
    ],
    ['the schedule has gone meanwhile', new ScheduleNotFoundError('gone', 'extpost-sweep/acme')],
  ])('is repeated while %s', async (_case, error) => {
    await expect(untilReady('The sweep of acme', failingOnce(error))).resolves.toBe('done');
  });

  it.each([
    ['the key may not', answer(7, 'Request unauthorized.')],
    ['the request is wrong', answer(3, 'Workflow id is too long')],
    ['something else is wrong', new TypeError('not a function')],
  ])('ends at once when %s', async (_case, error) => {
    await expect(untilReady('The sweep of acme', failingOnce(error))).rejects.toBe(error);
  });

  it('is given up at last, with what Temporal answered and what to do', async () => {
    let time = 0;
    const work = () => {
      time += 200;
      return Promise.reject(answer(14, 'history is not ready'));
    };
    await expect(untilReady('The sweep of acme', work, { withinMs: 500, now: () => time })).rejects.toThrow(
      /^The sweep of acme could not be set up within 1 s\. .*: Failed to describe schedule: history is not ready\. Check that/,
    );
  });
});
