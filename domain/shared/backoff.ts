export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The delay before poll number `poll` (0 is the first). Milliseconds. */
export function backoffDelay(backoff: Backoff, poll: number): number {
  return Math.round(Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** poll));
}

/** The largest share by which jitter shortens a delay, so that tasks that started together do not poll together. */
const JITTER = 0.2;

/** A delay shortened by up to a fifth; `random` is between 0 and 1. Milliseconds. */
export function withJitter(waitMs: number, random: number): number {
  return Math.round(waitMs * (1 - JITTER * random));
}
