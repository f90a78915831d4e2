import { pluralise } from './text';

/** How often something is looked at: the wait grows by a factor from the first to the longest. Milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The wait before look number `look` (0 is the first), in milliseconds. */
export function backoffDelay(pace: Backoff, look: number): number {
  return Math.round(Math.min(pace.maxMs, pace.firstMs * pace.factor ** look));
}

/**
 * By how much a wait may be shortened, so that tasks that began together do not ask together
 * (docs/reference/celtra.md#rendering).
 */
const JITTER = 0.2;

/** A wait shortened by up to a fifth; `random` is between 0 and 1. Never longer than the wait. Milliseconds. */
export function withJitter(waitMs: number, random: number): number {
  return Math.round(waitMs * (1 - JITTER * random));
}

/** A length of time as people say it: `12 seconds`, `1 minute`, `90 minutes`. Less than a second is `1 second`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const inSeconds = seconds < 600 && seconds % 60 !== 0;
  return inSeconds ? pluralise(seconds, 'second') : pluralise(Math.round(seconds / 60), 'minute');
}
