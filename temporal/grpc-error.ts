import { isGrpcServiceError } from '@temporalio/client';

import { messageOf } from '../domain/shared/text';

export const grpcCodes = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
} as const;

/** Answers that say nothing about the request itself: the server is away, busy or being restarted. */
export const passingCodes: ReadonlySet<number> = new Set([
  grpcCodes.cancelled,
  grpcCodes.unknown,
  grpcCodes.deadlineExceeded,
  grpcCodes.resourceExhausted,
  grpcCodes.aborted,
  grpcCodes.internal,
  grpcCodes.unavailable,
]);

/** The code and the details of the gRPC error in a chain of causes, if there is one. */
export function grpcErrorOf(error: unknown): { readonly code: number; readonly details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: error.code, details: error.details };
  return error instanceof Error && error.cause !== undefined ? grpcErrorOf(error.cause) : undefined;
}

/** The message of an error, and what Temporal answered if the message does not say that. */
export function errorText(error: unknown): string {
  const message = messageOf(error);
  const details = grpcErrorOf(error)?.details ?? '';
  return details === '' || message.includes(details) ? message : `${message}: ${details}`;
}
