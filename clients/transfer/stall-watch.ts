/** Stops a transfer that makes no progress, or whose caller has given up. */
export interface StallWatch {
  readonly signal: AbortSignal;
  /** Tells that bytes moved. */
  progressed(): void;
  /** True when it was the stall time-out that stopped the transfer. */
  stalled(): boolean;
  done(): void;
}

/** Watches a transfer: aborts after `stallTimeoutMs` without progress, or with the caller's signal. */
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
