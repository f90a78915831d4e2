/** Stops a transfer that makes no progress, or whose caller has given up. */
export interface TransferWatch {
  readonly signal: AbortSignal;
  /** Tells that bytes moved. */
  moved(): void;
  /** True when it was the stall time-out that stopped the transfer. */
  stalled(): boolean;
  done(): void;
}

/** Watches a transfer: aborts after `stallTimeoutMs` without progress, or with the caller's signal. */
export function watchTransfer(stallTimeoutMs: number, caller: AbortSignal | undefined): TransferWatch {
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
    moved: () => {
      timer.refresh();
    },
    stalled: () => hasStalled,
    done: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
