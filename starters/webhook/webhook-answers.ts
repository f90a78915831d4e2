import type { Level } from 'pino';

import type { Repetition } from '../tasks/task-starter';
import type { SignatureForm } from './signature';

/** The answer to a webhook call. It contains nothing that the caller sent. */
export interface WebhookAnswer {
  /** The name in logs and metrics: one of a fixed set. */
  readonly outcome: string;
  /** Anyone can cause it without a secret, so it is logged at most once a minute, and counted. */
  readonly isUnauthenticated?: boolean | undefined;
  /** There may be a flood of them, so one is logged in a minute, and all are counted. */
  readonly isLoggedOnceAMinute?: boolean | undefined;
  readonly level: Level;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: Readonly<Record<string, string>>;
}

const RETRY_AFTER_SECONDS = 10;
const UNCONFIRMED_RETRY_SECONDS = 10;

/** Temporal has accepted the event. A duplicate gets the same answer. */
export function accepted(workflowId: string, isDuplicate: boolean): WebhookAnswer {
  return { outcome: isDuplicate ? 'duplicate' : 'accepted', level: 'info', status: 202, body: { workflowId } };
}

/** Nothing was started, because of what became of the task after the event. */
export function alreadyHandled(reason: Repetition): WebhookAnswer {
  return refusal(`already handled: ${reason}`, 'info', 409, 'This event has been handled before.');
}

/** The studio has sent more events than it may. The sweep catches what is not sent again. */
export function tooManyEvents(waitMs: number): WebhookAnswer {
  return comeAgain('too many events of this studio', 'Too many events at a time.', waitMs / 1000);
}

/** Temporal is still accepting earlier ones. */
export function tooManyEventsAtOnce(): WebhookAnswer {
  return comeAgain('too many events of this studio at once', 'Too many events at a time.', 1);
}

/** Of too many tasks only webhooks tell. What is in the listing is found by the sweep. */
export function tooManyUnconfirmed(): WebhookAnswer {
  const outcome = 'too many tasks that Creative Force has not shown';
  return comeAgain(outcome, 'Too many tasks that cannot be read yet.', UNCONFIRMED_RETRY_SECONDS);
}

function comeAgain(outcome: string, why: string, seconds: number): WebhookAnswer {
  return {
    ...refusal(outcome, 'warn', 503, `${why} Please send it again.`),
    isLoggedOnceAMinute: true,
    headers: { 'retry-after': String(Math.max(1, Math.ceil(seconds))) },
  };
}

export function notAnEvent(path: string, expected: string): WebhookAnswer {
  return refusal('not an event', 'warn', 400, `The body is not an External Post event: ${path} has to be ${expected}.`);
}

export function bodyTooLarge(limitBytes: number): WebhookAnswer {
  return unauthenticated('too large', 'warn', 413, `The body is larger than ${limitBytes} bytes.`);
}

/** A valid signature, but not in the configured form. */
export function otherSignatureForm(form: SignatureForm, mode: SignatureForm): WebhookAnswer {
  return { ...webhookAnswers.badSignature, outcome: `bad signature: made as ${form}, but signatureMode is ${mode}` };
}

const badSignatureMessage =
  'The X-CF-Signature header is missing or does not match the body. Sign the raw body with the secret of this address.';

export const webhookAnswers = {
  connectionCheck: {
    outcome: 'connection check',
    level: 'debug',
    isUnauthenticated: true,
    status: 200,
    body: { message: 'This address receives External Post events.' },
  },
  // A signed event that is not served is refused: 2xx would say that something will come of it.
  otherWorkspace: refusal('another workspace', 'info', 422, 'This address does not serve this workspace.'),
  noWorkspace: refusal(
    'no workspace (ClientId), although only some are allowed',
    'warn',
    422,
    'The event names no workspace (ClientId), and only some are served here.',
  ),
  unknownAction: refusal('unknown action', 'warn', 422, 'This address does not serve this action.'),
  notFresh: refusal(
    'not fresh: the sweep finds its task',
    'warn',
    422,
    'The event is too old, or too far in the future. Its task will be found in the listing.',
  ),
  notFound: unauthenticated('unknown address', 'debug', 404, 'There is nothing at this address.'),
  unknownStudio: unauthenticated(
    'unknown studio',
    'info',
    404,
    'No studio has this address. Check the webhook address.',
  ),
  methodNotAllowed: {
    ...unauthenticated('method not allowed', 'info', 405, 'Send events with POST.'),
    headers: { allow: 'GET, HEAD, POST' },
  },
  tooManyRequests: {
    ...unauthenticated(
      'too many requests at a time',
      'warn',
      503,
      'Too many requests at a time. Please send it again.',
    ),
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  },
  bodyNotAllowed: unauthenticated('an unexpected body', 'info', 400, 'Send events with POST.'),
  tooManyHeaders: unauthenticated('too many headers', 'warn', 431, 'The request has too many headers.'),
  badSignature: unauthenticated('bad signature', 'warn', 401, badSignatureMessage),
  // The caller must not learn that there is no secret; the log says so.
  noSecretYet: unauthenticated(
    'no webhook secret is known for this studio; put it into webhookSecrets in extpost.yaml',
    'warn',
    401,
    badSignatureMessage,
  ),
  temporalUnavailable: {
    ...refusal('Temporal did not accept it', 'error', 503, 'The event could not be stored. Please send it again.'),
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  },
  brokenRequest: unauthenticated(
    'broken request',
    'info',
    400,
    'The request could not be read as HTTP with a complete body.',
  ),
  internalError: {
    ...refusal('internal error', 'error', 500, 'An internal error occurred. Please send the event again.'),
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  },
} as const satisfies Record<string, WebhookAnswer>;

function unauthenticated(outcome: string, level: Level, status: number, message: string): WebhookAnswer {
  return { ...refusal(outcome, level, status, message), isUnauthenticated: true };
}

function refusal(outcome: string, level: Level, status: number, message: string): WebhookAnswer {
  return { outcome, level, status, body: { message } };
}
