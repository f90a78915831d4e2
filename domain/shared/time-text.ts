const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far away a moment is: `3 h ago`, `in 20 min`, `now` within a minute. Both in Unix milliseconds. */
export function relativeTime(moment: number, now: number): string {
  const distance = Math.abs(now - moment);
  if (distance < MINUTE) return 'now';
  return moment <= now ? `${shortDuration(distance)} ago` : `in ${shortDuration(distance)}`;
}

/** A duration in one unit, for lists: `40 s`, `90 min`, `3 h`, `3 days`; at least `1 s`. Milliseconds. */
export function shortDuration(milliseconds: number): string {
  const [count, unit] =
    milliseconds < MINUTE
      ? [milliseconds / SECOND, 's']
      : milliseconds < 2 * HOUR
        ? [milliseconds / MINUTE, 'min']
        : milliseconds < 2 * DAY
          ? [milliseconds / HOUR, 'h']
          : [milliseconds / DAY, 'days'];
  return `${Math.max(1, Math.floor(count))} ${unit}`;
}

/** How long a step took: `0.4 s`, `75 s`, `3 h 12 min`. Milliseconds. */
export function exactDuration(milliseconds: number): string {
  const seconds = milliseconds / SECOND;
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
