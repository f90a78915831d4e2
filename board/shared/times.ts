import { formatTime } from '../../domain/shared/text';
import { relativeTime } from '../../domain/shared/time-text';

/**
 * A moment as pages show it: `iso` for the machine (a script shows it in the time zone of the browser), `text` in UTC, `away` as `in 3 h`,
 * `5 min ago` or `now`. `at` and `now` in Unix milliseconds.
 */
export function shownTime(at: number, now: number) {
  return { iso: new Date(at).toISOString(), text: formatTime(at), away: relativeTime(at, now) };
}

/** The last midnight of this computer's time zone; Unix milliseconds. */
export function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}
