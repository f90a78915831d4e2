import { pluralise } from './text';

/** Exponential backoff from `firstMs` to `maxMs`. Milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The delay before poll number `poll` (0 is the first). Milliseconds. */
export function backoffDelay(pace: Backoff, look: number): number {
  return Math.round(Math.min(pace.maxMs, pace.firstMs * pace.factor ** look));
}

/** The largest share by which jitter shortens a delay, so that tasks that started together do not poll together. */
const JITTER = 0.2;

/** A delay shortened by up to a fifth; `random` is between 0 and 1. Milliseconds. */
export function withJitter(waitMs: number, random: number): number {
  return Math.round(waitMs * (1 - JITTER * random));
}

/** A duration in words: `12 seconds`, `1 minute`, `90 minutes`; at least `1 second`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const inSeconds = seconds < 600 && seconds % 60 !== 0;
  return inSeconds ? pluralise(seconds, 'second') : pluralise(Math.round(seconds / 60), 'minute');
}
