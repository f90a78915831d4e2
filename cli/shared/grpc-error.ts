import { isGrpcServiceError } from '@temporalio/client';

/** gRPC's codes for what a server refuses. */
export const grpcCodes = { cancelled: 1, invalidArgument: 3, deadlineExceeded: 4, failedPrecondition: 9 } as const;

/** What Temporal answered with an error of gRPC: its code and its words, from wherever in the chain of causes it stands. */
export function grpcErrorOf(error: unknown): { readonly code: number; readonly details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: error.code, details: error.details };
  return error instanceof Error && error.cause !== undefined ? grpcErrorOf(error.cause) : undefined;
}
