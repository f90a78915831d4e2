import { isGrpcServiceError } from '@temporalio/client';

export const grpcCodes = { cancelled: 1, invalidArgument: 3, deadlineExceeded: 4, failedPrecondition: 9 } as const;

/** The code and the details of the gRPC error in a chain of causes, if there is one. */
export function grpcErrorOf(error: unknown): { readonly code: number; readonly details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: error.code, details: error.details };
  return error instanceof Error && error.cause !== undefined ? grpcErrorOf(error.cause) : undefined;
}
