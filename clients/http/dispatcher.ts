import { Agent, type Dispatcher } from 'undici';

export interface DispatcherOptions {
  /** Milliseconds to get a connection, TLS included; default 10 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Connections per host; default 32. */
  readonly connections?: number | undefined;
}

/** A pool of connections for the clients. It follows no redirects and asks for no compression. Close it when done. */
export function createDispatcher({ connectTimeoutMs = 10_000, connections = 32 }: DispatcherOptions = {}): Dispatcher {
  return new Agent({ connect: { timeout: connectTimeoutMs }, connections, pipelining: 1, allowH2: false });
}

let shared: Dispatcher | undefined;

/** The pool used by whoever is given none; its idle connections keep no process alive. */
export function sharedDispatcher(): Dispatcher {
  shared ??= createDispatcher();
  return shared;
}
