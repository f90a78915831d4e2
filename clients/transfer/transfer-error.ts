import type { IncomingHttpHeaders } from 'node:http';

import { kindOfStatus } from '../http/call-json';
import { readErrorBody } from '../http/error-body';
import { describeNetworkProblem } from '../http/network-problem';
import { excerptOf, redact } from '../http/redact';
import { retryAfterMs } from '../http/retry-after';
import { RemoteCallError, type RemoteCallErrorKind, type RemoteSystem } from '../remote-call-error';

const ERROR_BODY_BYTES = 16 * 1024;

/** What is being moved, for errors: `endpoint` is method, host and path, never the query. */
export interface TransferPlace {
  readonly system: RemoteSystem;
  readonly endpoint: string;
  readonly effect: 'read' | 'write';
}

/** An error in words; `what` continues the name of the system. */
export function transferError(
  place: TransferPlace,
  what: string,
  facts: {
    kind: RemoteCallErrorKind;
    status?: number | undefined;
    code?: string | undefined;
    mayHaveActed?: boolean | undefined;
  },
): RemoteCallError {
  return new RemoteCallError(`${place.system} ${what} (${place.endpoint}).`, {
    system: place.system,
    endpoint: place.endpoint,
    kind: facts.kind,
    status: facts.status,
    code: facts.code,
    mayHaveActed: facts.mayHaveActed ?? false,
  });
}

/** An error for an answer whose status is not the wanted one; reads at most 16 KiB of it. */
export async function statusError(
  place: TransferPlace,
  answer: { statusCode: number; headers: IncomingHttpHeaders; body: AsyncIterable<Buffer> },
): Promise<RemoteCallError> {
  const text = await beginningOf(answer.body);
  const said = readErrorBody(text);
  const kind = said.code === 'SlowDown' ? 'throttled' : kindOfStatus(answer.statusCode);
  const isRedirect = answer.statusCode >= 300 && answer.statusCode < 400;
  const why = [isRedirect ? 'a redirect, which is not followed' : undefined, said.code, said.words]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
  const requestId = said.requestId ?? answer.headers['x-amz-request-id'];
  const sentence = `${place.system} answered ${answer.statusCode}${why === '' ? '' : `: ${redact(why)}`} (${place.endpoint}).`;
  return new RemoteCallError(sentence, {
    system: place.system,
    endpoint: place.endpoint,
    kind,
    status: answer.statusCode,
    code: typeof said.code === 'string' ? redact(said.code) : said.code,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    excerpt: excerptOf(text, []),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    mayHaveActed: place.effect === 'write' && kind === 'transient',
  });
}

/** An error for a connection that broke. */
export function connectionError(place: TransferPlace, problem: unknown, after: string): RemoteCallError {
  const { code, words } = describeNetworkProblem(problem);
  const isOurs = code === 'UND_ERR_INVALID_ARG';
  return transferError(place, `broke off ${after}: ${words}, ${code}`, {
    kind: isOurs ? 'contract' : 'transient',
    code,
    mayHaveActed: place.effect === 'write' && !isOurs,
  });
}

async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
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
