import { setTimeout as pause } from 'node:timers/promises';

import { Context } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';

import type { RequestBudget } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';
import { benignFailure } from '../runtime/failures';

/** The name of the activity that holds the lease. */
export const HOLD_GATEWAY = 'holdGateway';
const RENEW_EVERY_MS = 1_000;
/** When the holder changes, nobody sends for this long: the gateway counts in seconds, and the network moves requests a little. */
export const GATEWAY_QUIET_MS = 1_200;

/** Takes activities from the gateway's queue. */
export interface GatewayService {
  /** Settles when none of its activities runs any more. */
  readonly ended: Promise<void>;
  stop(): void;
}

export interface GatewayLeaseOptions {
  /** Asks the server whether the attempt with this token still runs; `unknown` when it does not answer in time. */
  readonly renew: (taskToken: Uint8Array, timeoutMs: number) => Promise<'held' | 'lost' | 'unknown'>;
  readonly budget: Pick<RequestBudget, 'allowUntil' | 'close'>;
  readonly serve: () => Promise<GatewayService>;
  readonly renewEveryMs?: number;
}

/**
 * The gateway counts requests for each network address, so only one process may send them: the one that runs this activity.
 * It stops sending shortly before the server would give the activity to another process because heartbeats are missing.
 */
export function createGatewayLeaseActivities(options: GatewayLeaseOptions) {
  const { renew, budget, serve, renewEveryMs = RENEW_EVERY_MS } = options;
  return {
    /** Lasts until the worker stops or the lease is lost; then another process gets the next attempt. */
    [HOLD_GATEWAY]: async (): Promise<never> => {
      const context = Context.current();
      const { info, cancellationSignal } = context;
      const leaseMs = info.heartbeatTimeoutMs ?? 0;
      let service: GatewayService | undefined;
      try {
        for (;;) {
          const askedAt = performance.now();
          const answer = await renew(info.taskToken, leaseMs);
          if (answer === 'lost') throw leaseEnded('This worker is no longer the one that sends requests.');
          if (answer === 'held') {
            // Counted from before the question, because the server counts from when it got it.
            budget.allowUntil(askedAt + leaseMs - GATEWAY_QUIET_MS);
            // The SDK has a clock of its own, and would cancel an activity of which it sees no heartbeats.
            context.heartbeat();
            service ??= await serve();
          }
          if (cancellationSignal.aborted) service?.stop();
          const isOver = await Promise.race([
            rest(renewEveryMs, cancellationSignal),
            hasEnded(service, cancellationSignal),
          ]);
          if (isOver) throw leaseEnded('This worker is stopping; another one may send requests now.');
        }
      } finally {
        // First of all: whoever still waits is refused, so that stopping does not take long.
        budget.close();
        service?.stop();
        await service?.ended;
      }
    },
  };
}

async function hasEnded(service: GatewayService | undefined, signal: AbortSignal): Promise<boolean> {
  if (service === undefined) return signal.aborted || new Promise(() => undefined);
  await service.ended;
  return true;
}

async function rest(ms: number, signal: AbortSignal): Promise<false> {
  // Ends sooner when the worker is told to stop; it is told only once.
  const options = signal.aborted ? {} : { signal };
  await pause(ms, undefined, options).catch(() => undefined);
  return false;
}

function leaseEnded(why: string): ApplicationFailure {
  return benignFailure(why, failureTypes.leaseEnded, GATEWAY_QUIET_MS);
}
