import { formatTime } from '../../domain/shared/text';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A moment as pages show it. */
export interface ShownTime {
  /** For the machine; a script shows it in the time zone of the browser. */
  readonly iso: string;
  /** In UTC. */
  readonly text: string;
  /** `in 3 h`, `5 min ago`. */
  readonly away: string;
}

/** `at` and `now` in Unix milliseconds. */
export function shownTime(at: number, now: number): ShownTime {
  const distance = duration(Math.abs(at - now));
  return {
    iso: new Date(at).toISOString(),
    text: formatTime(at),
    away: at > now ? `in ${distance}` : `${distance} ago`,
  };
}

/** `40 s`, `5 min`, `3 h`, `3 days`. */
export function duration(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.round(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${Math.round(milliseconds / HOUR)} h`;
  return `${Math.round(milliseconds / DAY)} days`;
}

/** The last midnight of this computer's time zone; Unix milliseconds. */
export function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}
