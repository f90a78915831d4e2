/** Clocks differ, and a wrong time zone makes up to 14 hours. */
const LARGEST_CLOCK_DIFFERENCE_MS = 24 * 60 * 60 * 1000;
/** Before 2001 there was no Creative Force: such a number counts something other than milliseconds. */
const EARLIEST_EVENT_MS = 1e12;

/**
 * Whether an event (Unix milliseconds) is young enough to be a first delivery and not a replay. One without a usable
 * time counts as fresh, because the key may be absent (docs/reference/creative-force.md#webhook-body).
 */
export function isFresh(happenedAt: number | undefined, maxAgeMs: number, now = Date.now()): boolean {
  if (happenedAt === undefined || happenedAt < EARLIEST_EVENT_MS) return true;
  return now - happenedAt <= maxAgeMs && happenedAt - now <= LARGEST_CLOCK_DIFFERENCE_MS;
}
