import type { IncomingHttpHeaders } from 'node:http';

import type { Dispatcher } from 'undici';

import type { RequestBudget } from './request-budget';

/** Milliseconds. */
export interface Timeouts {
  /** From the request on the wire to the first byte of the answer. */
  readonly headersMs: number;
  /** Longest pause within the answer. */
  readonly bodyMs: number;
  /** The whole call, from the moment its place in the budget is granted. */
  readonly totalMs: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly maxBodyBytes: number;
  readonly timeouts: Timeouts;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** How an exchange ended without an answer: `problem` is whatever was thrown; `sent` says whether the request left. */
export class RequestFailure extends Error {
  constructor(
    readonly reason: unknown,
    readonly sent: boolean,
    readonly status: number | undefined,
  ) {
    super('no answer');
  }
}

/** The problem of an {@link RequestFailure} that we caused ourselves. */
export class LimitExceeded extends Error {
  constructor(readonly limit: 'total time' | 'body size') {
    super(limit);
  }
}

/**
 * One request and its whole answer, held in memory up to `maxBodyBytes`. Uses undici's dispatch interface because that
 * alone tells when a request is written: what the budget counts, and what decides whether a lost write may have acted.
 * Throws the signal's reason when aborted, else {@link RequestFailure}.
 */
export async function sendRequest(
  request: HttpRequest,
  tools: { readonly dispatcher: Dispatcher; readonly budget?: RequestBudget | undefined },
): Promise<HttpResponse> {
  const { signal } = request;
  const slot = await tools.budget?.acquire(signal);
  let sent = false;
  let status: number | undefined;
  let stop: (reason: Error) => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    stop(new Error('aborted'));
  };
  try {
    signal?.throwIfAborted();
    return await new Promise<HttpResponse>((resolve, reject) => {
      let controller: Dispatcher.DispatchController | undefined;
      let stoppedBy: Error | undefined;
      let headers: IncomingHttpHeaders = {};
      let size = 0;
      const chunks: Buffer[] = [];
      stop = (reason) => {
        stoppedBy ??= reason;
        controller?.abort(reason);
        // A request that still waits for its connection has no controller; it is stopped when it gets one.
        reject(reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => {
        stop(new LimitExceeded('total time'));
      }, request.timeouts.totalMs);
      tools.dispatcher.dispatch(
        {
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: request.method,
          headers: { ...request.headers },
          body: request.body ?? null,
          headersTimeout: request.timeouts.headersMs,
          bodyTimeout: request.timeouts.bodyMs,
        },
        {
          onRequestStart(started) {
            controller = started;
            if (stoppedBy !== undefined) {
              started.abort(stoppedBy);
              return;
            }
            sent = true;
            slot?.sent();
          },
          onResponseStart(_, statusCode, responseHeaders) {
            // 1xx answers are only announcements.
            if (statusCode < 200) return;
            status = statusCode;
            headers = responseHeaders;
          },
          onResponseData(_, chunk) {
            size += chunk.length;
            if (size > request.maxBodyBytes) stop(new LimitExceeded('body size'));
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
    throw new RequestFailure(problem, sent, status);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    slot?.release();
  }
}
