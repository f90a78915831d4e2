import type { ConnectionOptions } from '@temporalio/client';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/**
 * Gives each call of a connection that has no deadline one of so many milliseconds, repeats included: without it, a server that takes
 * connections and answers nothing would be waited for forever.
 */
export function limitCalls(limitMs: number): Interceptor {
  return (options, nextCall) =>
    // Only the type of an intercepting call says that it must be of grpc's own class.
    nextCall({ ...options, deadline: options.deadline ?? Date.now() + limitMs }) as ReturnType<Interceptor>;
}
