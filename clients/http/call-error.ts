import type { IncomingHttpHeaders } from 'node:http';

import type { z } from 'zod';

import { RemoteCallError, type RemoteCallErrorKind, type RemoteSystem } from '../remote-call-error';
import { describeIssues, ownProperty } from '../wire-values';
import { errorMessageOf, parseErrorBody } from './error-body';
import { excerptOf, redact } from './redact';
import { NOT_ALLOWED } from './request-budget';

export interface CallContext {
  readonly system: RemoteSystem;
  /** Method and path template or host; never a query string. */
  readonly endpoint: string;
  /** `write` when repeating the call blindly could do harm. */
  readonly effect: 'read' | 'write';
  /** Values that must not be in any error: tokens, keys, passwords. */
  readonly secrets: readonly string[];
  readonly errorMessages?: Readonly<Record<string, string>> | undefined;
  /** What a person can do, by kind of error; a sentence. */
  readonly advice?: Partial<Record<RemoteCallErrorKind, string>> | undefined;
}

/** How a system is called at the beginning of a sentence. */
function subjectOf(system: RemoteSystem): string {
  return subjects[system] ?? system;
}

const subjects: Partial<Readonly<Record<RemoteSystem, string>>> = {
  'object store': 'The object store',
  'the mail server': 'The mail server',
  'the webhook for notifications': 'The webhook for notifications',
  'supplied file': 'The host of the supplied file',
  anchors: 'The address in audit.anchors',
};

export function kindOfStatus(status: number): RemoteCallErrorKind {
  if (status === TOO_MANY_REQUESTS) return 'throttled';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not found';
  // A resource that is locked is so for a while (RFC 4918 §11.3).
  if (status === 408 || status === 423 || status === 425) return 'transient';
  // A repeat cannot help after 501 and 505: the server will never understand this request.
  if (status >= 500) return status === 501 || status === 505 ? 'refused' : 'transient';
  // A redirect leads to another host, such as one with a maintenance page.
  return status >= 400 ? 'refused' : 'unreadable';
}

interface FoundResponse {
  readonly status?: number | undefined;
  readonly text?: string | undefined;
  readonly code?: string | undefined;
}

/** A response that could not be understood. `what` continues "Celtra …", e.g. "sent a line of more than 9 bytes". */
export const contractError = faultOfKind('contract');

/** A response that is no answer of the API. `what` continues "Celtra …", e.g. "answered with 200 and an HTML page". */
export const unreadableError = faultOfKind('unreadable');

function faultOfKind(kind: 'contract' | 'unreadable') {
  return ({ system, endpoint, effect, secrets }: CallContext, what: string, found: FoundResponse = {}) => {
    const { status, code, text } = found;
    const excerpt = text === undefined ? undefined : excerptOf(text, secrets);
    const message = redact(`${subjectOf(system)} ${what}, in answer to ${endpoint}.`, secrets);
    const mayHaveActed = effect === 'write';
    return new RemoteCallError(message, { system, endpoint, kind, status, code, excerpt, mayHaveActed });
  };
}

/**
 * A response that does not fit its schema. `root` is written in place of the `$` of JSON paths. An empty body, and the body of
 * an error with a status of success, are `unreadable`.
 */
export function schemaError(
  call: CallContext,
  error: z.ZodError,
  found: { readonly status: number; readonly text: string | undefined },
  root = '$',
): RemoteCallError {
  const { status, text } = found;
  if (text === undefined) return unreadableError(call, `answered with ${status} and an empty body`, found);
  const message = root === '$' ? errorMessageOf(text, call.secrets) : undefined;
  if (message !== undefined) {
    return unreadableError(call, `answered with ${status} and the message "${message}" in place of data`, found);
  }
  const issues = describeIssues(error).replaceAll('$', () => root);
  return contractError(call, `sent something that extpost does not understand (${issues})`, found);
}

/** A response whose status is not a success, or whose body refuses in spite of it. `now` is in Unix milliseconds. */
export function responseError(
  call: CallContext,
  response: { readonly status: number; readonly headers: IncomingHttpHeaders },
  text: string,
  now: number,
  kindOf: (status: number, code: string | number | undefined) => RemoteCallErrorKind = kindOfStatus,
): RemoteCallError {
  const { status, headers } = response;
  const details = parseErrorBody(text, call.secrets);
  const short = (value: string) => excerptOf(value, call.secrets);
  const code = typeof details.code === 'string' ? short(details.code) : details.code;
  const kind = kindOf(status, code);
  const known = ownProperty(call.errorMessages ?? {}, String(details.code));
  const explanation = [code === undefined ? '' : `code ${code}`, known, details.message].filter(Boolean).join(', ');
  const redirect = status >= 300 && status < 400 ? 'a redirect that is not followed' : '';
  const reason = [redirect, explanation].filter(Boolean).join(': ');
  const advice = call.advice?.[kind];
  const sentence =
    `${subjectOf(call.system)} answered ${call.endpoint} with ${status}` +
    `${reason === '' ? '' : `: ${reason}`}${/[.!?]$/.test(reason) ? '' : '.'}${advice === undefined ? '' : ` ${advice}`}`;
  const requestId = details.requestId ?? headers['x-amz-request-id'] ?? headers['x-request-id'];
  return new RemoteCallError(redact(sentence, call.secrets), {
    system: call.system,
    endpoint: call.endpoint,
    kind,
    status,
    code,
    requestId: typeof requestId === 'string' ? short(requestId) : undefined,
    excerpt: short(text),
    retryAfterMs: statedWaitMs(status, headers, clockOf(headers, now)),
    mayHaveActed: call.effect === 'write' && mayHaveActed(kind, status),
  });
}

/** 423 and 425 say that the request was not processed, and 303 that it was. */
function mayHaveActed(kind: RemoteCallErrorKind, status: number): boolean {
  return status === 303 || (kind === 'transient' && status !== 423 && status !== 425);
}

/** A request that got no complete response. `what` continues the name of the system, e.g. "did not answer GET /x". */
export function connectionError(
  call: CallContext,
  what: string,
  problem: unknown,
  facts: { readonly status?: number | undefined; readonly mayHaveActed: boolean },
): RemoteCallError {
  // The problem's own message can carry addresses.
  const code = networkCodeOf(problem) ?? 'UNKNOWN';
  const message =
    messageByCode[code] ?? (code.startsWith('HPE_') ? 'the answer was not HTTP' : 'the connection failed');
  const isInvalidRequest = code === 'UND_ERR_INVALID_ARG';
  const mayHaveActed = facts.mayHaveActed && !isInvalidRequest;
  const doubt = mayHaveActed ? ' Whether it took effect is not known.' : '';
  return new RemoteCallError(`${subjectOf(call.system)} ${what}: ${message} (${code}).${doubt}`, {
    system: call.system,
    endpoint: call.endpoint,
    kind: isInvalidRequest ? 'contract' : 'transient',
    status: facts.status,
    code,
    mayHaveActed,
  });
}

const OWN_AUTHORITY = 'for an authority of your own, NODE_EXTRA_CA_CERTS names the file with its certificate';

const messageByCode: Readonly<Record<string, string>> = {
  [NOT_ALLOWED]: 'it was not asked, because another worker sends the requests now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'the connection timed out',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up just now',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  TIME_LIMIT: 'no complete answer came within the set time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_SOCKET: 'the connection was lost',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was shorter or longer than announced',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'the body that was sent was not as long as announced',
  UND_ERR_INVALID_ARG: 'the request cannot be written as HTTP',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed; ${OWN_AUTHORITY}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate chain is self-signed; ${OWN_AUTHORITY}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate cannot be verified; ${OWN_AUTHORITY}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate cannot be verified; ${OWN_AUTHORITY}`,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function networkCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) return networkCodeOf(error.errors[0]);
  return 'cause' in error ? networkCodeOf(error.cause) : undefined;
}

const MAX_RETRY_AFTER_MS = 60 * 60 * 1_000;
/** Larger numbers are not seconds from now but a time in Unix seconds, and still larger ones in milliseconds. */
const LEAST_UNIX_SECONDS = 1e9;
const LEAST_UNIX_MILLISECONDS = 1e11;
/** Headers of rate limits that say when requests are taken again, in seconds; the first is the IETF's draft. */
const resetHeaders = ['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'] as const;

/** How long a response asks to wait, in milliseconds: by `Retry-After`, or a 429 by a header about the rate limit. */
function statedWaitMs(status: number, headers: IncomingHttpHeaders, now: number): number | undefined {
  const stated = retryAfterMs(headers['retry-after'], now);
  const [reset = ''] = resetHeaders.flatMap((name) => headers[name] ?? []);
  if (stated !== undefined || status !== TOO_MANY_REQUESTS || !/^\d+(?:\.\d+)?$/.test(reset)) return stated;
  const number = Number(reset);
  const milliseconds = number < LEAST_UNIX_MILLISECONDS ? number * 1_000 : number;
  return bounded(milliseconds - (number < LEAST_UNIX_SECONDS ? 0 : now));
}

const TOO_MANY_REQUESTS = 429;

/** The time by the clock of whoever answered, because moments that an answer names are by that clock. */
function clockOf(headers: IncomingHttpHeaders, now: number): number {
  const date = Date.parse(headers.date ?? '');
  return Number.isNaN(date) ? now : date;
}

/** Parses `Retry-After`, seconds or an HTTP date (RFC 9110 §10.2.3), into milliseconds from `now` (Unix milliseconds). */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === '') return undefined;
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? undefined : bounded(waitMs);
}

function bounded(waitMs: number): number {
  return Math.round(Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS));
}
