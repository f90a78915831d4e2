import { z } from 'zod';

import { isGuid } from './record';
import { toList } from './lists';

/** Nothing that Creative Force or Celtra calls a text, a number or an address is longer; the rest of a text is left out. */
export const LONGEST_TEXT = 10_000;
const LONGEST_ID = 500;

/** The latest instant that a Date can hold, in milliseconds (ECMA-262 §21.4.1.1). */
const MAX_INSTANT = 8.64e15;
export const zeroGuid = '00000000-0000-0000-0000-000000000000';

export function normalizeGuid(text: string): string {
  return isGuid(text) ? text.toLowerCase() : text;
}

/** A text without the characters at its end that fit. A regular expression for all of them takes quadratic time. */
export function withoutTrailing(text: string, character: RegExp): string {
  let end = text.length;
  while (end > 0 && character.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** A lookup by a key from the wire, which may be `constructor` or another inherited name. */
export function ownProperty<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Gives `undefined` for blank values and those that `isAbsent` says; what `read` does not understand is an issue. */
function valueSchema<T>(
  read: (value: unknown) => T | undefined,
  expected: string,
  isAbsent: (value: T) => boolean = () => false,
  longest = LONGEST_TEXT,
) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T | undefined => {
      if (value === null || value === undefined || (typeof value === 'string' && value.trim() === '')) return undefined;
      if (typeof value === 'string' && value.length > longest) {
        context.addIssue({ code: 'custom', message: `expected ${expected}, found ${value.length} characters` });
        return z.NEVER;
      }
      const known = read(value);
      if (known === undefined) {
        context.addIssue({ code: 'custom', message: `expected ${expected}, found ${describeType(value)}` });
        return z.NEVER;
      }
      return isAbsent(known) ? undefined : known;
    });
}

export function required<T>(schema: z.ZodType<T | undefined>, expected: string) {
  return schema.transform((value, context): T => {
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: `expected ${expected}, found nothing` });
      return z.NEVER;
    }
    return value;
  });
}

function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return normalizeGuid(value.trim());
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function readText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? cutText(value) : undefined;
}

/** The beginning of a text: what comes after {@link LONGEST_TEXT} is left out, and an ellipsis says so. */
export function cutText(value: string): string {
  return value.length <= LONGEST_TEXT ? value : `${value.slice(0, LONGEST_TEXT)}…`;
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function readInteger(value: unknown): number | undefined {
  const number = readNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

const trueValues = new Set<unknown>([true, 1, 'true', '1', 'yes', 'y']);
const falseValues = new Set<unknown>([false, 0, 'false', '0', 'no', 'n']);

function readFlag(value: unknown): boolean | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (trueValues.has(word)) return true;
  return falseValues.has(word) ? false : undefined;
}

/** The date of an HTTP header (RFC 9110 §5.6.7), also without its day of the week and with an offset (RFC 5322 §3.3). */
const mailPattern = /^(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)? (?:gmt|utc|z|[+-]\d{4})$/i;
const isoPattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;
/** The same without signs between the digits (ISO 8601's basic format). */
const basicPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?$/i;
/** Numbers below it are seconds: as milliseconds they would be in 1973, and as seconds they last until 5138. */
const LEAST_MILLISECONDS = 1e11;

/** Year, month, day, hour, minute, second and nanoseconds in a list, as Java's Jackson writes a time; those at the end may be missing. */
function readTimeParts(parts: readonly unknown[]): number | undefined {
  const numbers = parts.map(readInteger).filter((part) => part !== undefined);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanoseconds = 0] = numbers;
  const isTime = numbers.length === parts.length && parts.length >= 3 && parts.length <= 7 && year >= 1970;
  return isTime ? Date.UTC(year, month - 1, day, hour, minute, second, nanoseconds / 1e6) : undefined;
}

/** Unix milliseconds or seconds, ISO 8601, the form of mails, and .NET's `/Date(…)/`. The fields end in `Utc`, so a time without a zone is UTC. */
function readInstant(value: unknown): number | undefined {
  if (Array.isArray(value)) return readTimeParts(value);
  const dotNet = typeof value === 'string' ? /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(value.trim())?.[1] : undefined;
  const number = readNumber(dotNet ?? value);
  if (number !== undefined) {
    const milliseconds = dotNet === undefined && Math.abs(number) < LEAST_MILLISECONDS ? number * 1000 : number;
    return Math.abs(milliseconds) <= MAX_INSTANT ? Math.round(milliseconds) : undefined;
  }
  const text = typeof value === 'string' ? value.trim().replace(basicPattern, '$1-$2-$3T$4:$5:$6$7') : '';
  const [, day, time = '00:00', zone = 'Z'] = isoPattern.exec(text) ?? [];
  if (day === undefined && !mailPattern.test(text)) return undefined;
  const instant = Date.parse(day === undefined ? text : `${day}T${time}${zone}`);
  return Number.isNaN(instant) ? undefined : instant;
}

function readHttpUrl(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined;
}

/** An id: GUIDs in lower case, the zero GUID as nothing (docs/reference/creative-force.md#absent-values). */
export const id = valueSchema(readId, 'an id', (value) => value === zeroGuid, LONGEST_ID);
export const requiredId = required(id, 'an id');
/** Text; numbers become text, blank text is nothing. */
export const text = valueSchema(readText, 'text', () => false, Infinity);
/** A number, also when written as text. */
export const number = valueSchema(readNumber, 'a number');
export const integer = valueSchema(readInteger, 'a whole number');
/** A whole number, or the name that stands for it. */
export const integerOrName = valueSchema((value) => readInteger(value) ?? readText(value), 'a whole number or a name');
/** A size: 0 and less mean "not known" or "not asked for". */
export const size = valueSchema(readNumber, 'a number', (value) => value <= 0);
export const flag = valueSchema(readFlag, 'true or false');
/** Unix milliseconds (docs/reference/assumptions.md#values); 0 and less are nothing. */
export const instant = valueSchema(readInstant, 'an instant', (value) => value <= 0);
export const httpUrl = valueSchema(readHttpUrl, 'an http address');

/** An object that may be missing, null or empty text. Unknown keys are ignored. */
export function optionalObject<T>(schema: z.ZodType<T>) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}

export function optionalList<T>(schema: z.ZodType<T>) {
  return z.preprocess((value) => (value === '' ? [] : (toList(value) ?? [])), z.array(schema));
}

/** Reports the issues of an inner schema, with `path` before theirs. */
export function addIssues(context: z.RefinementCtx, issues: z.ZodError['issues'], path: PropertyKey[] = []): void {
  for (const issue of issues) {
    context.addIssue({ code: 'custom', path: [...path, ...issue.path], message: issue.message });
  }
}

/** The issues by JSON path: `$.shots[0].shotId: expected an id, found nothing`. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map(({ path, message }) => `${jsonPath(path)}: ${message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? ` (and ${more} more)` : '');
}

export function jsonPath(path: readonly PropertyKey[]): string {
  return `$${path.map(jsonPathStep).join('')}`;
}

export function jsonPathStep(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name.slice(0, 100)}` : `[${JSON.stringify(name.slice(0, 100))}]`;
}

function describeType(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value;
}
