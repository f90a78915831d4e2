/** Limits the requests of each IP address in any second (docs/reference/creative-force.md#rate-limit). */
export interface RateWindow {
  /** False if the request exceeds the limit; rejected requests do not count. */
  admit(address: string): boolean;
}

const WINDOW_MS = 1_000;

/** A sliding window: never more than `limit()` admitted requests in any second. */
export function createRateWindow(limit: () => number, now: () => number): RateWindow {
  const admitted = new Map<string, number[]>();
  return {
    admit(address) {
      const time = now();
      const recent = (admitted.get(address) ?? []).filter((at) => time - at < WINDOW_MS);
      const isAdmitted = recent.length < limit();
      if (isAdmitted) recent.push(time);
      admitted.set(address, recent);
      return isAdmitted;
    },
  };
}
