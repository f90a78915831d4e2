import { setTimeout as sleep } from 'node:timers/promises';

import { RemoteCallError } from '../../clients';

const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

function isRetryable(error: unknown): error is RemoteCallError {
  // An HTML page instead of a file means that the address has expired, so the same request cannot succeed.
  if (!(error instanceof RemoteCallError) || error.code === 'HTML') return false;
  return error.kind === 'transient' || error.kind === 'throttled' || error.kind === 'unreadable';
}

/** Retries transient errors a few times. The waits grow, unless the server says how long to wait. */
export async function retryTransient<T>(
  work: () => Promise<T>,
  { signal, firstWaitMs = FIRST_WAIT_MS }: { signal: AbortSignal; firstWaitMs?: number | undefined },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || attempt === MAX_ATTEMPTS) throw error;
      const wait = error.retryAfterMs ?? firstWaitMs * 2 ** (attempt - 1);
      await delay(Math.min(MAX_WAIT_MS, wait), signal);
    }
  }
}

/** Waits. Throws the reason of the signal when it is aborted. */
export async function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
