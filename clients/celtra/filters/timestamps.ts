import { isRecord } from '../../record';

/** The only time stamp that can be filtered on (docs/reference/celtra.md#filter-paths). */
export const TIMESTAMP_PATH = 'designFile.lastModificationTimestamp';

/** The form of Celtra's time stamps (docs/reference/celtra.md#timestamps). */
const written = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const zoneless = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/;
const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)$/i;

export function isTimestamp(text: string): boolean {
  return written.test(text) && isInCalendar(text);
}

/** An instant in Celtra's form, to the second; `undefined` for an invalid date. */
export function formatCeltraTimestamp(date: Date, timeZone = 'UTC'): string | undefined {
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9_998)) return undefined;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(date);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`;
}

/** Instants to the zone, dates to midnight (docs/reference/celtra.md#time-windows); leaves invalid ones as they are. */
export function normalizeTimestamps<T extends object>(filters: T, timeZone: string): T {
  return normalizeNode(filters, [], timeZone) as T;
}

function normalizeNode(node: unknown, path: readonly string[], timeZone: string): unknown {
  if (Array.isArray(node)) return node.map((value: unknown) => normalizeValue(value, path, timeZone));
  if (!isRecord(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => [key, normalizeNode(inner, [...path, key], timeZone)]),
  );
}

function normalizeValue(value: unknown, path: readonly string[], timeZone: string): unknown {
  const isStamp = path.join('.') === TIMESTAMP_PATH;
  if (typeof value === 'string') return isStamp ? toCeltraTimestamp(value, timeZone, false) : value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([operator, operand]) => {
      if (operator === 'object') return [operator, normalizeNode(operand, path, timeZone)];
      const isUpper = operator === 'lt' || operator === 'lte';
      const inForm = (one: unknown) => (typeof one === 'string' ? toCeltraTimestamp(one, timeZone, isUpper) : one);
      if (!isStamp) return [operator, operand];
      return [operator, Array.isArray(operand) ? operand.map(inForm) : inForm(operand)];
    }),
  );
}

/** Rounds fractions of a second so that a time window can only grow. */
function toCeltraTimestamp(text: string, timeZone: string, isUpper: boolean): string {
  const trimmed = text.trim();
  const [, day, minutes, seconds] = zoneless.exec(trimmed) ?? [];
  if (day !== undefined) return `${day} ${minutes ?? '00:00'}${seconds ?? ':00'}`;
  if (!instant.test(trimmed) || !isInCalendar(trimmed)) return text;
  const milliseconds = Date.parse(trimmed.replace(' ', 'T').replace(/\s/, ''));
  const second = (isUpper ? Math.ceil(milliseconds / 1_000) : Math.floor(milliseconds / 1_000)) * 1_000;
  return formatCeltraTimestamp(new Date(second), timeZone) ?? text;
}

/** Checks the day itself, because `Date.parse` accepts 31 February. */
function isInCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  const time = text.slice(11, 16);
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return false;
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time) && !/^.{16}:[6-9]/.test(text);
}
