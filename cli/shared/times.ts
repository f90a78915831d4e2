import { relativeTime } from '../../domain/shared/time-text';

/** How a command shows times. */
export interface TimeStyle {
  /** Unix milliseconds. */
  readonly now: number;
  /** In UTC instead of local time. */
  readonly utc: boolean;
}

/** A moment as it is shown in a sentence: `2026-11-29 14:05 (3 h ago)`, in UTC `2026-11-29 14:05 UTC (3 h ago)`. */
export function momentText(moment: number, style: TimeStyle): string {
  return `${secondsText(moment, style).slice(0, 16)}${style.utc ? ' UTC' : ''} (${relativeTime(moment, style.now)})`;
}

/** The same for a table: today only the time of day, and the time that has passed, `14:05 (3 h ago)`. */
export function shortMomentText(moment: number, style: TimeStyle): string {
  const text = secondsText(moment, style);
  const isToday = text.slice(0, 10) === secondsText(style.now, style).slice(0, 10);
  return `${text.slice(isToday ? 11 : 5, 16)}${style.utc ? 'Z' : ''} (${relativeTime(moment, style.now)})`;
}

/** A moment with seconds, for a line of a history: `2026-11-29 14:05:07`, in UTC `2026-11-29 14:05:07Z`. */
export function exactText(moment: number, style: Pick<TimeStyle, 'utc'>): string {
  return `${secondsText(moment, style)}${style.utc ? 'Z' : ''}`;
}

/** `2026-11-29 14:05:07`. */
function secondsText(moment: number, { utc }: Pick<TimeStyle, 'utc'>): string {
  const shift = utc ? 0 : new Date(moment).getTimezoneOffset() * 60_000;
  return new Date(moment - shift).toISOString().slice(0, 19).replace('T', ' ');
}
