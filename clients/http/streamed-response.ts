import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';

import { request, type Dispatcher } from 'undici';

import { decoderOf, discardBody, readErrorText } from './body';
import { connectionError, responseError, unreadableError } from './call-error';
import { followRedirects } from './redirects';
import { requestHeaders, type HttpCall, type HttpOptions } from './send-request';

/** A success whose body is still to come. Read it or discard it, or its connection stays in use. */
export interface StreamedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as it comes. `where` ends the sentence of an error: "after line 12". */
  chunks(where: () => string): AsyncGenerator<Buffer, void, undefined>;
  discard(): void;
}

/** Sends one request, once; returns when a success begins to come. Has no total time limit. Throws like `callJson`. */
export async function openStreamedResponse(call: HttpCall, options: HttpOptions): Promise<StreamedResponse> {
  const { status, headers, body } = await followRedirects(
    call,
    async (next) => {
      const { statusCode, ...response } = await openResponse(next, options);
      return { ...response, status: statusCode };
    },
    (left) => {
      discardBody(left.body);
    },
  );
  if (status < 200 || status > 299) {
    throw responseError(call, { status, headers }, await readErrorText(body, headers), options.now());
  }
  const decoder = decoderOf(headers['content-encoding']);
  if (decoder === 'unknown') {
    discardBody(body);
    const what = `answered with ${status} and a body in the encoding ${unexpectedEncoding(headers) ?? ''}, which cannot be undone`;
    throw unreadableError(call, what, { status });
  }
  // An error of either stream reaches whoever reads the last one.
  const plain = decoder === undefined ? body : pipeline(body, decoder.stream(), () => undefined);
  return {
    status,
    headers,
    discard: () => {
      discardBody(plain);
    },
    async *chunks(where) {
      try {
        for await (const chunk of plain as AsyncIterable<Buffer>) yield chunk;
      } catch (problem) {
        call.signal?.throwIfAborted();
        const what = `broke off its answer to ${call.endpoint} ${where()}`;
        throw connectionError(call, what, problem, { status, mayHaveActed: call.effect === 'write' });
      }
    },
  };
}

/** The encoding of a body that was asked for without one. */
export function unexpectedEncoding(headers: IncomingHttpHeaders): string | undefined {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding.toLowerCase() === 'identity' ? undefined : encoding.slice(0, 40);
}

async function openResponse(call: HttpCall, options: HttpOptions): Promise<Dispatcher.ResponseData> {
  try {
    call.signal?.throwIfAborted();
    return await request(call.url, {
      method: call.method,
      headers: requestHeaders(call),
      body: call.body ?? null,
      dispatcher: options.dispatcher,
      headersTimeout: options.timeouts.headersMs,
      bodyTimeout: options.timeouts.bodyMs,
      ...(call.signal !== undefined && { signal: call.signal }),
    });
  } catch (problem) {
    call.signal?.throwIfAborted();
    const mayHaveActed = call.effect === 'write';
    throw connectionError(call, `did not answer ${call.endpoint}`, problem, { mayHaveActed });
  }
}
