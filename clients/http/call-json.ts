import type { IncomingHttpHeaders } from 'node:http';

import type { Dispatcher } from 'undici';

import { ownProperty } from '../own-property';
import { RemoteCallError, type RemoteCallErrorKind, type RemoteSystem } from '../remote-call-error';
import type { RequestBudget } from './request-budget';
import { looksLikeHtml, parseJson, parseErrorBody } from './error-body';
import { sendRequest, RequestFailure, LimitExceeded, type HttpResponse, type Timeouts } from './send-request';
import { MAX_JSON_DEPTH, exceedsMaxDepth } from './json-depth';
import { describeNetworkError } from './network-error';
import { excerptOf, redact } from './redact';
import { retryAfterMs } from './retry-after';
import { userAgent } from './user-agent';

/** One call, told once: what is sent, and what its errors say. */
export interface JsonCall {
  readonly system: RemoteSystem;
  /** Method and path template, for errors. */
  readonly endpoint: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** `write` when repeating the call blindly could do harm. */
  readonly effect: 'read' | 'write';
  /** Values that must not be in any error: tokens, keys, passwords. */
  readonly secrets: readonly string[];
  /** The remote system's numbers in words. */
  readonly errorMessages?: Readonly<Record<string, string>> | undefined;
  /** What a person can do, by kind of error; a sentence. */
  readonly advice?: Partial<Record<RemoteCallErrorKind, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpOptions {
  readonly dispatcher: Dispatcher;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
  readonly budget?: RequestBudget | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface JsonResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; `undefined` when it was empty. */
  readonly json: unknown;
}

/**
 * Sends one request, once, and returns its JSON. Redirects are never followed. Throws {@link RemoteCallError} for
 * anything but a 2xx with JSON or an empty body, and the signal's reason when aborted.
 */
export async function callJson(call: JsonCall, tools: HttpOptions): Promise<JsonResponse> {
  let answer: HttpResponse;
  try {
    answer = await sendRequest(
      {
        method: call.method,
        url: call.url,
        headers: { accept: 'application/json', 'user-agent': userAgent(), ...call.headers },
        body: call.body,
        maxBodyBytes: tools.maxBodyBytes,
        timeouts: tools.timeouts,
        signal: call.signal,
      },
      tools,
    );
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    throw noResponseError(call, error, tools.maxBodyBytes);
  }
  const text = new TextDecoder().decode(answer.bytes);
  if (answer.status < 200 || answer.status > 299) throw responseError(call, answer, text, tools.now());
  if (text.trim() === '') return { status: answer.status, headers: answer.headers, json: undefined };
  const json = parseJson(text);
  if (json === undefined) {
    const encoding = answer.headers['content-encoding'];
    const found = looksLikeHtml(text)
      ? 'an HTML page'
      : encoding !== undefined
        ? `a body in the encoding ${encoding}, which was not asked for`
        : 'a body that is not JSON, or not all of it';
    throw contractError(call, `answered with ${answer.status} and ${found}`, { status: answer.status, text });
  }
  if (exceedsMaxDepth(json)) {
    const found = `JSON that is nested more than ${MAX_JSON_DEPTH} levels deep`;
    throw contractError(call, `answered with ${answer.status} and ${found}`, { status: answer.status, text });
  }
  return { status: answer.status, headers: answer.headers, json };
}

/** The kind of a status that is not a success. */
export function kindOfStatus(status: number): RemoteCallErrorKind {
  if (status === 429) return 'throttled';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not found';
  if (status === 408 || status === 425) return 'transient';
  // 501 and 505 say that the request will never be understood (a chunked PUT, for one).
  if (status >= 500) return status === 501 || status === 505 ? 'refused' : 'transient';
  return status >= 400 ? 'refused' : 'contract';
}

/** An answer that could not be understood. `what` continues "Celtra …", e.g. "answered with 200 and an HTML page". */
export function contractError(
  call: Pick<JsonCall, 'system' | 'endpoint' | 'effect' | 'secrets'>,
  what: string,
  found: { status?: number | undefined; text?: string | undefined; code?: string | undefined } = {},
): RemoteCallError {
  const sentence = `${call.system} ${what}, in answer to ${call.endpoint}.`;
  return new RemoteCallError(redact(sentence, call.secrets), {
    system: call.system,
    endpoint: call.endpoint,
    kind: 'contract',
    status: found.status,
    code: found.code,
    excerpt: found.text === undefined ? undefined : excerptOf(found.text, call.secrets),
    mayHaveActed: call.effect === 'write',
  });
}

/** An error for an answer whose status is not a success, or whose body refuses in spite of it. */
export function responseError(
  call: JsonCall,
  answer: Pick<HttpResponse, 'status' | 'headers'>,
  text: string,
  now: number,
  kind: RemoteCallErrorKind = kindOfStatus(answer.status),
): RemoteCallError {
  const said = parseErrorBody(text, call.secrets);
  const ofCode = said.code === undefined ? undefined : ownProperty(call.errorMessages ?? {}, String(said.code));
  // The remote system's own words can be of any length and hold anything.
  const short = (value: string) => excerptOf(value, call.secrets);
  const code = typeof said.code === 'string' ? short(said.code) : said.code;
  const why = [code === undefined ? undefined : `code ${code}`, ofCode, said.message]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
  const redirected = answer.status >= 300 && answer.status < 400 ? 'a redirect, which is never followed' : '';
  const reason = [redirected, why].filter(Boolean).join(': ');
  const advice = call.advice?.[kind];
  const sentence =
    `${call.system} answered ${call.endpoint} with ${answer.status}` +
    `${reason === '' ? '' : `: ${reason}`}${/[.!?]$/.test(reason) ? '' : '.'}${advice === undefined ? '' : ` ${advice}`}`;
  const header = answer.headers['x-amz-request-id'] ?? answer.headers['x-request-id'];
  return new RemoteCallError(redact(sentence, call.secrets), {
    system: call.system,
    endpoint: call.endpoint,
    kind,
    status: answer.status,
    code,
    requestId: short(said.requestId ?? (typeof header === 'string' ? header : '')),
    excerpt: excerptOf(text, call.secrets),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], now),
    mayHaveActed: call.effect === 'write' && (answer.status >= 500 || answer.status === 408) && kind === 'transient',
  });
}

/** An error for a request that got no whole answer. */
export function noResponseError(
  call: Pick<JsonCall, 'system' | 'endpoint' | 'effect' | 'secrets'>,
  failure: RequestFailure,
  maxBodyBytes: number,
): RemoteCallError {
  const mayHaveActed = call.effect === 'write' && failure.sent;
  if (failure.reason instanceof LimitExceeded && failure.reason.limit === 'body size') {
    return contractError(call, `answered with more than ${maxBodyBytes} bytes, which is the set limit`, {
      status: failure.status,
    });
  }
  const { code, words } =
    failure.reason instanceof LimitExceeded
      ? { code: 'TIME_LIMIT', words: 'no whole answer came within the set time' }
      : describeNetworkError(failure.reason);
  const unknown = mayHaveActed ? ' Whether it took effect is not known.' : '';
  return new RemoteCallError(`${call.system} did not answer ${call.endpoint}: ${words} (${code}).${unknown}`, {
    system: call.system,
    endpoint: call.endpoint,
    kind: 'transient',
    status: failure.status,
    code,
    mayHaveActed,
  });
}
