import type { IncomingHttpHeaders } from 'node:http';

import { type Dispatcher, Agent } from 'undici';

import { connectionError, contractError, type CallContext } from './call-error';
import { notAllowed, type RequestBudget, type RequestPermit } from './request-budget';
import { userAgent } from './user-agent';

export interface HttpCall extends CallContext {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether it may be sent again to where its own host redirects it. */
  readonly followsRedirects?: true | undefined;
}

export interface Timeouts {
  /** From the request on the wire to the first byte of the response. */
  readonly headersMs: number;
  /** Longest pause within the response. */
  readonly bodyMs: number;
  /** The whole call, from the moment its place in the budget is granted. */
  readonly totalMs: number;
}

export interface HttpOptions {
  readonly dispatcher: Dispatcher;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
  readonly budget?: Pick<RequestBudget, 'acquire'> | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface HttpSettings {
  readonly timeouts?: { readonly [Key in keyof Timeouts]?: number | undefined } | undefined;
  readonly maxBodyBytes?: number | undefined;
}

export interface HttpDependencies {
  readonly dispatcher?: Dispatcher | undefined;
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** The options of a system's client: what is set, or else its defaults. No part of a call may take longer than all of it. */
export function httpOptions(
  { timeouts = {}, maxBodyBytes }: HttpSettings,
  { dispatcher = sharedDispatcher(), now = Date.now }: HttpDependencies,
  defaults: Timeouts & { readonly maxBodyBytes: number },
): HttpOptions {
  const totalMs = timeouts.totalMs ?? defaults.totalMs;
  const headersMs = timeouts.headersMs ?? Math.min(defaults.headersMs, totalMs);
  const bodyMs = timeouts.bodyMs ?? Math.min(defaults.bodyMs, totalMs);
  return {
    dispatcher,
    now,
    timeouts: { headersMs, bodyMs, totalMs },
    maxBodyBytes: maxBodyBytes ?? defaults.maxBodyBytes,
  };
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

class LimitExceeded extends Error {
  constructor(readonly code: 'TIME_LIMIT' | 'BODY_LIMIT') {
    super(code);
  }
}

export function requestHeaders(call: HttpCall): Record<string, string> {
  return { accept: 'application/json', 'user-agent': userAgent(), ...call.headers };
}

/** Sends one request, once, and holds its whole response in memory. Throws RemoteCallError, or the signal's reason. */
export async function sendRequest(call: HttpCall, options: Omit<HttpOptions, 'now'>): Promise<HttpResponse> {
  const { signal } = call;
  let permit: RequestPermit | undefined;
  let isSent = false;
  let status: number | undefined;
  let stop: (reason: Error) => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    stop(new Error('aborted'));
  };
  try {
    permit = await options.budget?.acquire(signal);
    signal?.throwIfAborted();
    return await new Promise<HttpResponse>((resolve, reject) => {
      let controller: Dispatcher.DispatchController | undefined;
      let stopReason: Error | undefined;
      let headers: IncomingHttpHeaders = {};
      let size = 0;
      const chunks: Buffer[] = [];
      stop = (reason) => {
        stopReason ??= reason;
        controller?.abort(reason);
        // A request that still waits for its connection has no controller; it is stopped when it gets one.
        reject(reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => {
        stop(new LimitExceeded('TIME_LIMIT'));
      }, options.timeouts.totalMs);
      // Only this interface of undici tells when a request is written, which decides whether a lost write may have acted.
      options.dispatcher.dispatch(
        {
          origin: call.url.origin,
          path: call.url.pathname + call.url.search,
          method: call.method,
          headers: requestHeaders(call),
          body: call.body ?? null,
          headersTimeout: options.timeouts.headersMs,
          bodyTimeout: options.timeouts.bodyMs,
        },
        {
          onRequestStart(started) {
            controller = started;
            if (stopReason !== undefined) {
              started.abort(stopReason);
              return;
            }
            if (permit?.send() === false) {
              started.abort(notAllowed());
              return;
            }
            isSent = true;
          },
          onResponseStart(_, statusCode, responseHeaders) {
            // Informational responses (1xx) come before the real one.
            if (statusCode < 200) return;
            status = statusCode;
            headers = responseHeaders;
          },
          onResponseData(_, chunk) {
            size += chunk.length;
            if (size > options.maxBodyBytes) stop(new LimitExceeded('BODY_LIMIT'));
            else chunks.push(chunk);
          },
          onResponseEnd() {
            resolve({ status: status ?? 0, headers, bytes: Buffer.concat(chunks) });
          },
          onResponseError(_, error) {
            reject(error);
          },
        },
      );
    });
  } catch (problem) {
    signal?.throwIfAborted();
    if (problem instanceof LimitExceeded && problem.code === 'BODY_LIMIT') {
      const what = `answered with more than ${options.maxBodyBytes} bytes, which is the set limit`;
      throw contractError(call, what, { status });
    }
    const mayHaveActed = call.effect === 'write' && isSent;
    throw connectionError(call, `did not answer ${call.endpoint}`, problem, { status, mayHaveActed });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    permit?.release();
  }
}

/** A connection pool. It follows no redirects and asks for no compression. Close it when done. */
export function createDispatcher({ connectTimeoutMs = 10_000 }: { connectTimeoutMs?: number } = {}): Dispatcher {
  return new Agent({ connect: { timeout: connectTimeoutMs }, connections: 32, pipelining: 1, allowH2: false });
}

let shared: Dispatcher | undefined;

/** The default pool; its idle connections keep no process alive. */
function sharedDispatcher(): Dispatcher {
  shared ??= createDispatcher();
  return shared;
}
