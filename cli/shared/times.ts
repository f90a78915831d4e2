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
  return `${dateText(moment, style)} ${clockText(moment, style)}${style.utc ? ' UTC' : ''} (${relativeTime(moment, style.now)})`;
}

/** The same for a table: today only the time of day, and the time that has passed, `14:05 (3 h ago)`. */
export function shortMomentText(moment: number, style: TimeStyle): string {
  const date = dateText(moment, style);
  const clock = `${clockText(moment, style)}${style.utc ? 'Z' : ''}`;
  const isToday = date === dateText(style.now, style);
  return `${isToday ? clock : `${date.slice(5)} ${clock}`} (${relativeTime(moment, style.now)})`;
}

/** A moment with seconds, for a line of a history: `2026-11-29 14:05:07`, in UTC `2026-11-29 14:05:07Z`. */
export function exactText(moment: number, style: Pick<TimeStyle, 'utc'>): string {
  const seconds = String(new Date(moment).getUTCSeconds()).padStart(2, '0');
  return `${dateText(moment, style)} ${clockText(moment, style)}:${seconds}${style.utc ? 'Z' : ''}`;
}

function dateText(moment: number, { utc }: Pick<TimeStyle, 'utc'>): string {
  const date = new Date(moment);
  const [year, month, day] = utc
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    : [date.getFullYear(), date.getMonth(), date.getDate()];
  return [year, month + 1, day].map((part) => String(part).padStart(2, '0')).join('-');
}

function clockText(moment: number, { utc }: Pick<TimeStyle, 'utc'>): string {
  const date = new Date(moment);
  const parts = utc ? [date.getUTCHours(), date.getUTCMinutes()] : [date.getHours(), date.getMinutes()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
