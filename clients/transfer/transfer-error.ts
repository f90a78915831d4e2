import type { IncomingHttpHeaders } from 'node:http';

import { readErrorText } from '../http/body';
import { connectionError, kindOfStatus, responseError, type CallContext } from '../http/call-error';
import { RemoteCallError, type RemoteCallErrorKind, type RemoteCallFacts } from '../remote-call-error';
import { FORBIDDEN_ADDRESS } from './transfer-network';

/** Codes which say that the store received other bytes than were sent. */
const damagedCodes: ReadonlySet<string> = new Set([
  'BadDigest',
  'IncompleteBody',
  'Md5Mismatch',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);

/** Codes that stores send with 400, 409 or 200 although the same request may succeed the next time. */
const transientCodes: ReadonlySet<string> = new Set([
  ...damagedCodes,
  'ConditionalRequestConflict',
  'InternalError',
  'OperationAborted',
  'RequestTimeout',
  'ServiceUnavailable',
]);

const throttledCodes: ReadonlySet<string> = new Set([
  'RequestLimitExceeded',
  'ServerBusy',
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
]);

/**
 * Codes that speak of the address, whatever the status: its session token or its signature has ended or does not fit, or its
 * condition is used up. Only a fresh address helps.
 */
const addressCodes: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthenticationFailed',
  'AuthenticationRequired',
  'AuthorizationFailure',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'ExpiredAuthenticationToken',
  'ExpiredRequest',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSecurity',
  'InvalidSecurityToken',
  'InvalidSignature',
  'InvalidToken',
  'InvalidTokenId',
  'MissingAuthenticationToken',
  'MissingSecurityElement',
  'MissingSecurityHeader',
  'PreconditionFailed',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SecurityTokenExpired',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);
const PRECONDITION_FAILED = 412;

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
  return responseError(context, { status, headers }, await readErrorText(body, headers), Date.now(), transferErrorKind);
}

/** `forbidden` means that a fresh address may help. */
export function transferErrorKind(status: number, code: string | number | undefined): RemoteCallErrorKind {
  const name = String(code);
  if (throttledCodes.has(name)) return 'throttled';
  if (transientCodes.has(name)) return 'transient';
  return addressCodes.has(name) || status === PRECONDITION_FAILED ? 'forbidden' : kindOfStatus(status);
}

/** Whether an upload was answered in a way that shows, or leaves open, that other bytes arrived than were sent. */
export function isDamagedUpload({ code }: RemoteCallError): boolean {
  return damagedCodes.has(String(code)) || code === 'ETAG' || code === 'NOT_STORED';
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
