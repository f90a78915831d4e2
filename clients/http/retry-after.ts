/** No remote system may park us for longer than this on its own word. */
const LONGEST_MS = 60 * 60 * 1_000;

/** Reads `Retry-After`, seconds or an HTTP date (RFC 9110 §10.2.3), as milliseconds from `now` (Unix milliseconds). */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === '') return undefined;
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? undefined : Math.round(Math.min(Math.max(waitMs, 0), LONGEST_MS));
}
