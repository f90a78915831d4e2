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
