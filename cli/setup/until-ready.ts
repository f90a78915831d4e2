import { setTimeout as pause } from 'node:timers/promises';

import { ScheduleNotFoundError } from '@temporalio/client';

import { errorText, grpcCodes, grpcErrorOf, passingCodes } from '../../temporal';

/** A cluster learns of a new namespace or search attribute within a minute, and starts within two. */
const READY_WITHIN_MS = 150_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** What a server answers that has just been started, or that does not know yet what was made a moment ago. */
const notReadyCodes: ReadonlySet<number> = new Set([...passingCodes, grpcCodes.notFound, grpcCodes.failedPrecondition]);

/**
 * Repeats a step while Temporal's answer shows that it is not ready yet. `what` begins a sentence, such as "The sweep of acme".
 * Throws an error that carries Temporal's last answer after `withinMs`, and every other error at once.
 */
export async function untilReady<T>(
  what: string,
  step: () => Promise<T>,
  { withinMs = READY_WITHIN_MS, now = Date.now }: { readonly withinMs?: number; readonly now?: () => number } = {},
): Promise<T> {
  const until = now() + withinMs;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    try {
      return await step();
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (now() + wait > until) {
        throw new Error(
          `${what} could not be set up within ${Math.round(withinMs / 1000)} s. Temporal's last answer: ${errorText(error)}. ` +
            'Check that all services of Temporal run, then run "extpost setup" again; what was set up stays.',
          { cause: error },
        );
      }
      await pause(wait);
    }
  }
}

function mayPass(error: unknown): boolean {
  // The next try creates it.
  if (error instanceof ScheduleNotFoundError) return true;
  const found = grpcErrorOf(error);
  if (found === undefined) return false;
  if (notReadyCodes.has(found.code)) return true;
  // "Namespace x has no mapping defined for search attribute y": the cache of a server is older than the attribute.
  return found.code === grpcCodes.invalidArgument && /search attribute|column name/i.test(found.details);
}
