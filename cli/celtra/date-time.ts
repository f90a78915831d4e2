import { InvalidArgumentError } from 'commander';
import ms, { type StringValue } from 'ms';

const agePattern = /^\d{1,6}(?:m|h|d)$/;
const dateTimePattern = /^(\d{4}-\d\d-\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads a moment as people write it; `6h` means six hours ago, and becomes an instant. Celtra's own form
 * (docs/reference/celtra.md#timestamps) is the client's to write: what has no zone is in the zone of Celtra's time
 * stamps.
 */
export function parseDateTime(text: string, now: number = Date.now()): string {
  const trimmed = text.trim();
  if (agePattern.test(trimmed)) return new Date(now - ms(trimmed as StringValue)).toISOString();
  const [whole, day = ''] = dateTimePattern.exec(trimmed) ?? [];
  if (whole !== undefined && isCalendarDay(day) && !Number.isNaN(Date.parse(whole.replace(' ', 'T')))) return whole;
  throw new InvalidArgumentError(
    'Write a moment like 2026-03-01, "2026-03-01 14:30", 2026-03-01T14:30:00Z, or 6h or 14d for so long ago.',
  );
}

/** 31 February is read as 3 March, which nobody meant. */
function isCalendarDay(day: string): boolean {
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day);
}
