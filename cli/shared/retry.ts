import { setTimeout as sleep } from 'node:timers/promises';

import { RemoteCallError } from '../../clients';

const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

/** Whether the very same request may have another answer later. */
function isRetryable(error: unknown): error is RemoteCallError {
  // A page instead of a file is what expired addresses come to: another address helps, not the same one.
  if (!(error instanceof RemoteCallError) || error.code === 'HTML') return false;
  return error.kind === 'transient' || error.kind === 'throttled';
}

/** Does something again while its errors may pass, a few times, with waits that grow or that Celtra asks for. */
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

/** Waits; throws the signal's own reason when it is stopped. */
export async function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
