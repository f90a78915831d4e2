import type { IncomingHttpHeaders } from 'node:http';

import { request, type Dispatcher } from 'undici';

import { RemoteCallError } from '../remote-call-error';
import { contractError, responseError, noResponseError, type HttpOptions, type JsonCall } from './call-json';
import { RequestFailure } from './send-request';
import { describeNetworkError } from './network-error';
import { userAgent } from './user-agent';

const ERROR_BODY_BYTES = 64 * 1024;

/** A success whose body is still to come; read it or discard it, else its connection stays taken. */
export interface StreamedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as it comes. `where` ends the sentence of an error: "after line 12". */
  chunks(where: () => string): AsyncGenerator<Buffer, void, undefined>;
  discard(): void;
}

/**
 * Sends one request, once, and returns as soon as a success begins to come; memory does not grow with its length. There
 * is no limit on the whole, only on the wait for the first byte and on pauses. Redirects are never followed. Throws like
 * `callJson`.
 */
export async function openStreamedResponse(call: JsonCall, tools: HttpOptions): Promise<StreamedResponse> {
  const answer = await openResponse(call, tools);
  const { statusCode: status, headers, body } = answer;
  const discard = () => {
    // A body that is thrown away may still report that it was cut.
    body.on('error', () => undefined).destroy();
  };
  if (status < 200 || status > 299) {
    throw responseError(call, { status, headers }, await readErrorText(body), tools.now());
  }
  const encoding = headers['content-encoding']?.toString();
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    discard();
    const what = `answered with ${status} and a body in the encoding ${encoding.slice(0, 40)}, which was not asked for`;
    throw contractError(call, what, { status });
  }
  return {
    status,
    headers,
    discard,
    async *chunks(where) {
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) yield chunk;
      } catch (problem) {
        call.signal?.throwIfAborted();
        throw interruptedError(call, status, problem, where());
      }
    },
  };
}

async function openResponse(call: JsonCall, tools: HttpOptions): Promise<Dispatcher.ResponseData> {
  try {
    call.signal?.throwIfAborted();
    return await request(call.url, {
      method: call.method,
      headers: { accept: 'application/json', 'user-agent': userAgent(), ...call.headers },
      body: call.body ?? null,
      dispatcher: tools.dispatcher,
      headersTimeout: tools.timeouts.headersMs,
      bodyTimeout: tools.timeouts.bodyMs,
      ...(call.signal !== undefined && { signal: call.signal }),
    });
  } catch (problem) {
    call.signal?.throwIfAborted();
    throw noResponseError(call, new RequestFailure(problem, true, undefined), tools.maxBodyBytes);
  }
}

function interruptedError(call: JsonCall, status: number, problem: unknown, where: string): RemoteCallError {
  const { code, words } = describeNetworkError(problem);
  return new RemoteCallError(`${call.system} broke off its answer to ${call.endpoint} ${where}: ${words} (${code}).`, {
    system: call.system,
    endpoint: call.endpoint,
    kind: 'transient',
    status,
    code,
    mayHaveActed: call.effect === 'write',
  });
}

async function readErrorText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= ERROR_BODY_BYTES) break;
    }
  } catch {
    // The status alone says enough when the rest of the answer is lost.
  }
  return Buffer.concat(chunks).subarray(0, ERROR_BODY_BYTES).toString('utf8');
}
