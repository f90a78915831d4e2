/** How often something is looked at: the wait grows by a factor from the first to the longest. Milliseconds. */
export interface Pace {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The wait before look number `look` (0 is the first), in milliseconds. */
export function waitBefore(pace: Pace, look: number): number {
  return Math.round(Math.min(pace.maxMs, pace.firstMs * pace.factor ** look));
}
