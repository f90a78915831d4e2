import type { IncomingHttpHeaders } from 'node:http';

import { readErrorText } from '../http/body';
import { connectionError, kindOfStatus, responseError, type CallContext } from '../http/call-error';
import { RemoteCallError, type RemoteCallErrorKind, type RemoteCallFacts } from '../remote-call-error';
import { FORBIDDEN_ADDRESS } from './transfer-network';

/** Codes that S3 sends with 400 or 409 although the same bytes may succeed the next time. */
const transientCodes = new Set(['RequestTimeout', 'BadDigest', 'IncompleteBody', 'OperationAborted', 'InternalError']);

/** Node reports a full disk without a path. */
const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** `what` continues the name of the system. */
export function transferError(
  context: CallContext,
  what: string,
  facts: Pick<RemoteCallFacts, 'kind' | 'status' | 'code'> & Partial<Pick<RemoteCallFacts, 'mayHaveActed'>>,
): RemoteCallError {
  const { system, endpoint } = context;
  const { mayHaveActed = false } = facts;
  return new RemoteCallError(`${system} ${what} (${endpoint}).`, { system, endpoint, ...facts, mayHaveActed });
}

/** A response whose status is not the wanted one; reads the beginning of its body. */
export async function transferResponseError(
  context: CallContext,
  response: { statusCode: number; headers: IncomingHttpHeaders; body: AsyncIterable<Buffer> },
): Promise<RemoteCallError> {
  const { statusCode: status, headers, body } = response;
  return responseError(context, { status, headers }, await readErrorText(body), Date.now(), transferErrorKind);
}

function transferErrorKind(status: number, code: string | number | undefined): RemoteCallErrorKind {
  if (code === 'SlowDown') return 'throttled';
  return transientCodes.has(String(code)) ? 'transient' : kindOfStatus(status);
}

/** Leaves RemoteCallErrors and errors of our own disk as they are; everything else is an error of the connection. */
export function toTransferError(context: CallContext, error: unknown, after: string): unknown {
  if (error instanceof RemoteCallError || isDiskError(error)) return error;
  if (error instanceof Error && 'code' in error && error.code === FORBIDDEN_ADDRESS) {
    const what = 'are at a host whose name leads into a private network, which is refused';
    return transferError(context, what, { kind: 'refused', code: FORBIDDEN_ADDRESS });
  }
  const what = `broke off ${context.endpoint} ${after}`;
  return connectionError(context, what, error, { mayHaveActed: context.effect === 'write' });
}

/** Errors of the file system have a path or a code of their own; those of the network do not. */
function isDiskError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error)) return false;
  return 'path' in error || diskCodes.has(String(error.code));
}
