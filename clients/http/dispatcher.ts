import { Agent, type Dispatcher } from 'undici';

/** A connection pool. It follows no redirects and asks for no compression. Close it when done. */
export function createDispatcher({ connectTimeoutMs = 10_000 }: { connectTimeoutMs?: number } = {}): Dispatcher {
  return new Agent({ connect: { timeout: connectTimeoutMs }, connections: 32, pipelining: 1, allowH2: false });
}

let shared: Dispatcher | undefined;

/** The default pool; its idle connections keep no process alive. */
export function sharedDispatcher(): Dispatcher {
  shared ??= createDispatcher();
  return shared;
}
