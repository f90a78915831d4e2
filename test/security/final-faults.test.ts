import { ApplicationFailure } from '@temporalio/common';

import { isUnexpected } from '../../activities/runtime/failures';
import { runActivity } from '../../activities/runtime/run-activity';
import { StoreError } from '../../clients/store/store';
import { attentionForFailure } from '../../domain/operator/attention';
import { anActivity, failureOf, reportsOf } from '../activities/activity-harness';

const unexpected: [string, Error][] = [
  ['a RangeError of a parser', new RangeError('offset is out of bounds')],
  ['a TypeError', new TypeError('x is not a function')],
  ['a SyntaxError', new SyntaxError('Unexpected token')],
  ['a seal that cannot be opened', new Error('Unsupported state or unable to authenticate data')],
  ['a wrong argument', Object.assign(new TypeError('must be a string'), { code: 'ERR_INVALID_ARG_TYPE' })],
];

describe.each(unexpected)('%s', (_what, error) => {
  const attemptAfter = (unexpectedErrors: number) =>
    failureOf(() => runActivity(() => Promise.reject(error)), anActivity({ heartbeatDetails: { unexpectedErrors } }));

  it.each([
    [0, false],
    [1, false],
    [2, true],
  ])('after %i others in a row is final: %p', async (before, isFinal) => {
    expect(await attemptAfter(before)).toMatchObject({ type: 'Unexpected', nonRetryable: isFinal });
  });

  it('needs attention with its words', async () => {
    const { type, message } = await attemptAfter(2);
    const attention = attentionForFailure({ type: type ?? undefined, message, details: undefined });
    expect([attention.cause, attention.message]).toEqual(['delivery failed', expect.stringContaining(error.message)]);
  });
});

describe('an unexpected error', () => {
  it('is counted from attempt to attempt, beside what the activity itself reports', async () => {
    const environment = anActivity({ heartbeatDetails: { unexpectedErrors: 1, bytes: 7 } });
    const reports = reportsOf(environment);
    await environment.run(() => runActivity(() => Promise.reject(new RangeError('x')))).catch(() => undefined);
    expect(reports).toContainEqual({ unexpectedErrors: 2, bytes: 7 });
  });

  it('of an activity without heartbeats is counted by its attempts', async () => {
    const attempt = (number: number) =>
      failureOf(
        () => runActivity(() => Promise.reject(new RangeError('x'))),
        anActivity({ isLocal: true, attempt: number }),
      );
    expect([(await attempt(2)).nonRetryable, (await attempt(3)).nonRetryable]).toEqual([false, true]);
  });
});

describe('an error that may pass is not counted', () => {
  it.each<[string, Error]>([
    ['of the network', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
    ['of a full disk', Object.assign(new Error('no space left'), { code: 'ENOSPC' })],
    ['of a full disk, in the words of libvips', new Error('wbuffer_write: write failed: No space left on device')],
    ['of undici', Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })],
    ['of fetch', new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) })],
    ['of a store', new StoreError('The store does not answer.')],
    ['of Temporal', Object.assign(new Error('unavailable'), { code: 14, details: 'unavailable' })],
    ['that is a failure already', ApplicationFailure.retryable('not yet', 'NotYet')],
  ])('%s', (_what, error) => {
    expect(isUnexpected(error)).toBe(false);
  });
});
