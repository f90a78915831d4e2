import { RemoteCallError } from '../../clients';
import type { SandboxOptions } from '../../sandbox';
import { errorOf } from '../clients/test-server';
import { everyCall } from './every-call';
import { canChangeSettings, describeIf, NO_CONTROL, openTarget, unknownId, type Target } from './target';

type Fault = NonNullable<SandboxOptions['faults']>[number];
interface Expected {
  readonly kind: RemoteCallError['kind'];
  readonly status?: number;
  readonly code?: string | number;
  readonly retryAfterMs?: number;
  /** Whether a write may have taken effect. */
  readonly mayHaveActed?: boolean;
  readonly words?: string;
}

/**
 * Every error shape of docs/reference/creative-force.md#error-shapes, what proxies and networks do, and answers that
 * nobody can read.
 */
const shapes: readonly [string, Omit<Fault, 'endpoint'>, Expected][] = [
  [
    'shape A with GEN-4',
    { answer: 'errorList', status: 400, code: 'GEN-4', message: 'InvalidData' },
    { kind: 'refused', status: 400, code: 'GEN-4', words: 'the data sent is not valid' },
  ],
  [
    'shape A with PER-3',
    { answer: 'errorList', status: 403, code: 'PER-3', message: 'UserNotHavePermissionOnClient' },
    { kind: 'forbidden', status: 403, code: 'PER-3', words: 'no access to this workspace' },
  ],
  [
    'a 403 without a body',
    { answer: 'empty', status: 403 },
    { kind: 'forbidden', status: 403, words: 'Ask the studio' },
  ],
  [
    'shape A with 401, also for a fresh token',
    { answer: 'errorList', status: 401, message: 'Unauthorized' },
    { kind: 'unauthorized', status: 401 },
  ],
  [
    'shape A with 500',
    { answer: 'errorList', status: 500 },
    { kind: 'transient', status: 500, code: 'GEN-1', mayHaveActed: true },
  ],
  [
    'shape A with 429 and seconds to wait',
    { answer: 'errorList', status: 429, retryAfter: '7' },
    { kind: 'throttled', status: 429, retryAfterMs: 7_000 },
  ],
  ['shape A with 429 alone', { answer: 'errorList', status: 429 }, { kind: 'throttled', status: 429 }],
  [
    'shape B',
    { answer: 'problemDetails', message: 'The field is required.' },
    { kind: 'refused', status: 400, words: 'The field is required.' },
  ],
  [
    'shape C',
    { answer: 'statusCode', code: 154, message: '' },
    { kind: 'refused', status: 400, code: 154, words: 'the task was submitted already' },
  ],
  ['the empty 404', { answer: 'empty', status: 404 }, { kind: 'not found', status: 404 }],
  ['405', { answer: 'errorList', status: 405, code: 'GEN-405' }, { kind: 'refused', status: 405 }],
  ['415', { answer: 'errorList', status: 415, code: 'GEN-415' }, { kind: 'refused', status: 415 }],
  [
    'a proxy’s page with 502',
    { answer: 'html' },
    { kind: 'transient', status: 502, words: 'an HTML page', mayHaveActed: true },
  ],
  [
    'a proxy’s page with 200',
    { answer: 'html', status: 200 },
    { kind: 'unreadable', status: 200, words: 'an HTML page', mayHaveActed: true },
  ],
  [
    'text that is not JSON',
    { answer: 'notJson' },
    { kind: 'unreadable', status: 200, words: 'not JSON', mayHaveActed: true },
  ],
  [
    'a redirect',
    { answer: 'empty', status: 302 },
    { kind: 'unreadable', status: 302, words: 'a redirect that is not followed' },
  ],
  ['a connection that is reset', { answer: 'reset' }, { kind: 'transient', mayHaveActed: true }],
  ['no answer at all', { answer: 'hang' }, { kind: 'transient', mayHaveActed: true }],
];

describeIf(canChangeSettings, 'Every call', NO_CONTROL, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  describe.each(shapes)('answered with %s', (_name, fault, expected) => {
    it.each(everyCall)('is an error that says so: $name', async ({ endpoint, make, writes }) => {
      const client = target.clientWith(fault.answer === 'hang' ? { timeouts: { headersMs: 50, totalMs: 100 } } : {});
      const error = await target.control.withFault({ ...fault, endpoint, times: 'always' }, () =>
        errorOf(make(client)),
      );
      expect(error).toBeInstanceOf(RemoteCallError);
      const { words = '', mayHaveActed = false, ...facts } = expected;
      expect(error).toMatchObject({ ...facts, mayHaveActed: writes && mayHaveActed });
      expect((error as RemoteCallError).message).toContain(words);
      expect((error as RemoteCallError).endpoint).toMatch(/^(GET|POST|PUT) \//);
    });
  });

  it('waits until the date that a 429 names', async () => {
    const retryAfter = new Date(Date.now() + 60_000).toUTCString();
    const fault = { endpoint: 'any', answer: 'errorList', status: 429, retryAfter, times: 'always' } as const;
    for (const { make } of everyCall) {
      const error = await target.control.withFault(fault, () => errorOf(make(target.client)));
      const { retryAfterMs = 0 } = error as RemoteCallError;
      expect(retryAfterMs).toBeGreaterThan(50_000);
      expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    }
  });

  it('is refused by a number in shape C also within a 200, where it writes', async () => {
    const fault = { answer: 'statusCode', status: 200, code: 406, message: '' } as const;
    for (const { make, endpoint } of everyCall.filter(({ writes }) => writes)) {
      const error = await target.control.withFault({ ...fault, endpoint }, () => errorOf(make(target.client)));
      expect(error).toMatchObject({ kind: 'refused', status: 200, code: 406, mayHaveActed: false });
    }
  });

  it('takes a fresh token once, when the first one is refused', async () => {
    const fault = { endpoint: 'getJob', answer: 'errorList', status: 401, times: 1 } as const;
    const error = await target.control.withFault(fault, () => errorOf(target.client.readJob(unknownId())));
    expect(error).toMatchObject({ kind: 'refused', status: 400 });
  });
});

describeIf(canChangeSettings, 'The token call', NO_CONTROL, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  it.each<[string, Omit<Fault, 'endpoint'>, Expected]>([
    ['an OAuth error', { answer: 'body', status: 400, body: { error: 'invalid_client' } }, { kind: 'unauthorized' }],
    [
      'an OAuth error with a description',
      { answer: 'body', status: 400, body: { error: 'invalid_scope', error_description: 'No such scope.' } },
      { kind: 'unauthorized', code: 'invalid_scope' },
    ],
    ['a page', { answer: 'html' }, { kind: 'transient', status: 502 }],
    ['a page with 200', { answer: 'html', status: 200 }, { kind: 'unreadable' }],
    ['JSON without a token', { answer: 'body', body: { token_type: 'Bearer' } }, { kind: 'contract' }],
    ['nothing', { answer: 'empty', status: 200 }, { kind: 'unreadable' }],
    [
      'too many requests',
      { answer: 'errorList', status: 429, retryAfter: '3' },
      { kind: 'throttled', retryAfterMs: 3_000 },
    ],
    ['a reset', { answer: 'reset' }, { kind: 'transient' }],
  ])('answered with %s is an error of every call, and nothing has been done', async (_name, fault, expected) => {
    for (const { make } of everyCall) {
      const error = await target.control.withFault({ ...fault, endpoint: 'token', times: 'always' }, () =>
        errorOf(make(target.clientWith({}))),
      );
      expect(error).toBeInstanceOf(RemoteCallError);
      expect(error).toMatchObject({ ...expected, mayHaveActed: false });
    }
  });
});
