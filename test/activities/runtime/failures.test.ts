import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { toFailure } from '../../../activities/runtime/failures';
import type { RemoteCallErrorKind, RemoteCallFacts } from '../../../clients';
import { NO_TURN } from '../../../clients/celtra/concurrency/request-limit';
import { RemoteCallError } from '../../../clients/remote-call-error';

function failureFor(facts: Partial<RemoteCallFacts>): ApplicationFailure {
  const failure = toFailure(
    new RemoteCallError('Creative Force answered 503.', {
      system: 'Creative Force',
      endpoint: 'GET /extpost/tasks/{taskId}',
      kind: 'transient',
      mayHaveActed: false,
      ...facts,
    }),
  );
  if (failure instanceof ApplicationFailure) return failure;
  throw new Error('It did not become a failure.');
}

describe('an error of a remote call', () => {
  it.each<[RemoteCallErrorKind, string, boolean]>([
    ['throttled', 'Throttled', true],
    ['transient', 'Transient', true],
    ['unauthorized', 'Unauthorized', false],
    ['forbidden', 'Forbidden', false],
    ['not found', 'NotFound', false],
    ['refused', 'Refused', false],
    ['contract', 'ContractChanged', false],
    ['unreadable', 'Transient', true],
  ])('of kind "%s" is a failure of type %s, worth a retry: %p', (kind, type, isRetryable) => {
    const failure = failureFor({ kind });
    expect([failure.type, !failure.nonRetryable]).toEqual([type, isRetryable]);
  });

  it.each<[RemoteCallErrorKind]>([['throttled'], ['transient'], ['contract']])(
    'of kind "%s" has an unknown outcome when the call may have acted',
    (kind) => {
      expect(failureFor({ kind, mayHaveActed: true }).type).toBe('OutcomeUnknown');
    },
  );

  it('of the object store is simply tried again, since the same bytes may be put twice', () => {
    const failure = failureFor({ system: 'object store', kind: 'transient', mayHaveActed: true });
    expect([failure.type, failure.nonRetryable]).toEqual(['Transient', false]);
  });

  it('that only waited too long for its turn is no alarm, and is tried again', () => {
    const failure = failureFor({ system: 'Celtra', kind: 'throttled', code: NO_TURN, retryAfterMs: 5_000 });
    expect(failure).toMatchObject({ type: 'Throttled', nonRetryable: false, nextRetryDelay: 5_000 });
    expect(failure.category).toBe(ApplicationFailureCategory.BENIGN);
  });

  it('asks the server to wait as long as the other side asked us to', () => {
    const failure = failureFor({ kind: 'throttled', retryAfterMs: 7_000 });
    expect(failure.nextRetryDelay).toBe(7_000);
    expect(failure.details?.[0]).toMatchObject({ retryAfterMs: 7_000 });
  });

  it.each([undefined, 0])('leaves the pace to the retry policy when the other side asked for a wait of %p', (wait) => {
    expect(failureFor({ retryAfterMs: wait }).nextRetryDelay).toBeUndefined();
  });

  it('keeps its sentence and the facts that a program can read', () => {
    const failure = failureFor({ status: 503, code: 24, requestId: 'request-1', excerpt: 'Backend is down.' });
    expect([failure.message, failure.details]).toEqual([
      'Creative Force answered 503.',
      [
        {
          system: 'Creative Force',
          endpoint: 'GET /extpost/tasks/{taskId}',
          status: 503,
          code: '24',
          requestId: 'request-1',
        },
      ],
    ]);
  });
});

describe('any other error', () => {
  it('passes through as it is', () => {
    const error = new TypeError('A bug of ours.');
    expect(toFailure(error)).toBe(error);
  });
});
