import type { Dispatcher } from 'undici';

/** What downloads and uploads have in common. */
export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without progress after which the transfer is aborted; default 30 s. */
  readonly stallTimeoutMs?: number | undefined;
  /** Gets the bytes transferred so far, including those of an earlier attempt, at every chunk. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Whether loopback addresses are allowed, also over plain http, for a trial with the sandbox; default no. */
  readonly allowLoopback?: boolean | undefined;
  readonly dispatcher?: Dispatcher | undefined;
}

/** Aborts a transfer that makes no progress, or whose caller aborts it. */
export interface StallWatch {
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal;
  progressed(): void;
  stalled(): boolean;
  done(): void;
}

export function watchForStall(stallTimeoutMs: number, caller: AbortSignal | undefined): StallWatch {
  const own = new AbortController();
  let hasStalled = false;
  const timer = setTimeout(() => {
    hasStalled = true;
    own.abort(new Error('stalled'));
  }, stallTimeoutMs);
  const onAbort = () => {
    own.abort(caller?.reason);
  };
  if (caller?.aborted) onAbort();
  caller?.addEventListener('abort', onAbort, { once: true });
  return {
    stallTimeoutMs,
    signal: own.signal,
    progressed: () => {
      timer.refresh();
    },
    stalled: () => hasStalled,
    done: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
