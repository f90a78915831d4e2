import type { IncomingHttpHeaders } from 'node:http';

import { kindOfStatus } from '../http/call-json';
import { parseErrorBody } from '../http/error-body';
import { describeNetworkError } from '../http/network-error';
import { excerptOf, redact } from '../http/redact';
import { retryAfterMs } from '../http/retry-after';
import { RemoteCallError, type RemoteCallErrorKind, type RemoteSystem } from '../remote-call-error';
import { FORBIDDEN_ADDRESS } from './transfer-network';

const ERROR_BODY_BYTES = 16 * 1024;

/** What S3 answers with 400 or 409 although the same bytes may succeed the next time (its list of error codes). */
const passingCodes = new Set(['RequestTimeout', 'BadDigest', 'IncompleteBody', 'OperationAborted', 'InternalError']);

/** A full disk is reported without a path. */
const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** What is being moved, for errors: `endpoint` is method and host, never path or query. */
export interface TransferContext {
  readonly system: RemoteSystem;
  readonly endpoint: string;
  readonly effect: 'read' | 'write';
  /** What of the address must not be in any error, whoever repeats it. */
  readonly secrets: readonly string[];
}

/** An error in words; `what` continues the name of the system. */
export function transferError(
  place: TransferContext,
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
export async function transferResponseError(
  place: TransferContext,
  answer: { statusCode: number; headers: IncomingHttpHeaders; body: AsyncIterable<Buffer> },
): Promise<RemoteCallError> {
  const text = await readErrorText(answer.body);
  const said = parseErrorBody(text, place.secrets);
  const kind = kindOf(answer.statusCode, said.code);
  const isRedirect = answer.statusCode >= 300 && answer.statusCode < 400;
  const why = [isRedirect ? 'a redirect, which is not followed' : undefined, said.code, said.message]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
  const requestId = said.requestId ?? answer.headers['x-amz-request-id'];
  const sentence = `${place.system} answered ${answer.statusCode}${why === '' ? '' : `: ${redact(why, place.secrets)}`} (${place.endpoint}).`;
  return new RemoteCallError(sentence, {
    system: place.system,
    endpoint: place.endpoint,
    kind,
    status: answer.statusCode,
    code: typeof said.code === 'string' ? redact(said.code, place.secrets) : said.code,
    requestId: typeof requestId === 'string' ? redact(requestId, place.secrets) : undefined,
    excerpt: excerptOf(text, place.secrets),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    mayHaveActed: place.effect === 'write' && kind === 'transient',
  });
}

function kindOf(status: number, code: string | number | undefined): RemoteCallErrorKind {
  if (code === 'SlowDown') return 'throttled';
  return passingCodes.has(String(code)) ? 'transient' : kindOfStatus(status);
}

/** An error that people can read: what is one already, faults of our own disk as they are, all else as the connection's. */
export function toTransferError(place: TransferContext, error: unknown, after: string): unknown {
  if (error instanceof RemoteCallError || isFileFault(error)) return error;
  if (error instanceof Error && 'code' in error && error.code === FORBIDDEN_ADDRESS) return forbiddenAddress(place);
  return connectionError(place, error, after);
}

/** The host's name leads, or has been made to lead, where nothing may be fetched from or sent to. */
function forbiddenAddress(place: TransferContext): RemoteCallError {
  const what = 'are at a host whose name leads into a private network, which is refused';
  return transferError(place, what, { kind: 'refused', code: FORBIDDEN_ADDRESS });
}

/** Whether an error is about our own disk: those have a path or a code of their own, errors of the network do not. */
function isFileFault(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error)) return false;
  return 'path' in error || diskCodes.has(String(error.code));
}

/** An error for a connection that broke. */
function connectionError(place: TransferContext, problem: unknown, after: string): RemoteCallError {
  const { code, words } = describeNetworkError(problem);
  const isOurs = code === 'UND_ERR_INVALID_ARG';
  return transferError(place, `broke off ${after}: ${words}, ${code}`, {
    kind: isOurs ? 'contract' : 'transient',
    code,
    mayHaveActed: place.effect === 'write' && !isOurs,
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
