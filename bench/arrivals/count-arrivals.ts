/** Requests as they came to a socket. */
export interface ArrivalCount {
  readonly requests: number;
  /** The most in any one second. */
  readonly busiestSecond: number;
  /** How many came when as many as the limit had come within the second before. */
  readonly overLimit: number;
}

const WINDOW_MS = 1_000;

/** `arrivals`: sorted times in milliseconds; `limit`: requests that may come in any one second. */
export function countArrivals(arrivals: readonly number[], limit: number): ArrivalCount {
  let first = 0;
  let busiestSecond = 0;
  let overLimit = 0;
  arrivals.forEach((at, index) => {
    while ((arrivals[first] ?? at) <= at - WINDOW_MS) first += 1;
    const within = index - first + 1;
    busiestSecond = Math.max(busiestSecond, within);
    if (within > limit) overLimit += 1;
  });
  return { requests: arrivals.length, busiestSecond, overLimit };
}
