import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

import { grpcCodes } from './grpc-error';

type RetryOptions = Parameters<typeof makeGrpcRetryInterceptor>[0];
type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type Call = ReturnType<Interceptor>;
type Start = Call['start'];
type Status = Parameters<RetryOptions['retryableDecider']>[1];

/** Repeats calls that fail for the moment, until the connection is closed. */
export function repeatedUntil(closed: AbortSignal): Interceptor[] {
  const options = retriesUntil(closed, defaultGrpcRetryOptions());
  return [makeGrpcRetryInterceptor(options), callsUntil(closed)];
}

/** The same repeats, but none once the connection is closed. */
export function retriesUntil(closed: AbortSignal, options: RetryOptions): RetryOptions {
  return {
    ...options,
    retryableDecider: (attempt, status) => !closed.aborted && options.retryableDecider(attempt, status),
  };
}

/**
 * Ends calls of a closed connection with an error. A repeat that was due after the end would be made, and throw where nobody can catch it, so
 * that the process would end.
 */
export function callsUntil(closed: AbortSignal): Interceptor {
  return (options, nextCall) => (closed.aborted ? endedCall : (nextCall(options) as Call));
}

const start: Start = (metadata, listener) => {
  const status: unknown = { code: grpcCodes.cancelled, details: 'the connection to Temporal was closed', metadata };
  listener?.onReceiveMessage?.(null);
  listener?.onReceiveStatus?.(status as Status);
};
const nothing = (): undefined => undefined;

/** Only the type of an intercepting call says that it must be of grpc's own class. */
const endedCall = {
  start,
  sendMessage: nothing,
  sendMessageWithContext: nothing,
  halfClose: nothing,
  startRead: nothing,
  cancelWithStatus: nothing,
  getPeer: () => 'none',
  getAuthContext: () => null,
} as unknown as Call;

/**
 * Gives each call of a connection that has no deadline one of so many milliseconds, repeats included: without it, a server that takes
 * connections and answers nothing would be waited for forever.
 */
export function limitCalls(limitMs: number): Interceptor {
  return (options, nextCall) =>
    // Only the type of an intercepting call says that it must be of grpc's own class.
    nextCall({ ...options, deadline: options.deadline ?? Date.now() + limitMs }) as ReturnType<Interceptor>;
}
