import { z } from 'zod';

const guidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The farthest instant that a Date can hold, in milliseconds (ECMA-262 §21.4.1.1). */
const LAST_INSTANT = 8.64e15;
export const zeroGuid = '00000000-0000-0000-0000-000000000000';

export function isGuid(text: string): boolean {
  return guidShape.test(text);
}

/** A GUID in any letter case in lower case; anything else as it is. */
export function normalizeGuid(text: string): string {
  return isGuid(text) ? text.toLowerCase() : text;
}

/**
 * Builds a reader of one wire value: `undefined` when nothing is there, a fault in words when it cannot be understood.
 */
function valueSchema<T>(read: (value: unknown) => T | undefined, wanted: string) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T | undefined => {
      if (value === null || value === undefined || (typeof value === 'string' && value.trim() === '')) return undefined;
      const known = read(value);
      if (known === undefined) {
        context.addIssue({ code: 'custom', message: `expected ${wanted}, found ${describeType(value)}` });
        return z.NEVER;
      }
      return known;
    });
}

/** Like `reader`, but its value may be absent from what was understood too (zero GUIDs, sizes of 0). */
function nullableValueSchema<T>(
  read: (value: unknown) => T | undefined,
  wanted: string,
  isNothing: (value: T) => boolean,
) {
  return valueSchema(read, wanted).transform((value) => (value === undefined || isNothing(value) ? undefined : value));
}

function required<T>(schema: z.ZodType<T | undefined>, wanted: string) {
  return schema.transform((value, context): T => {
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: `expected ${wanted}, found nothing` });
      return z.NEVER;
    }
    return value;
  });
}

function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return normalizeGuid(value.trim());
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function readFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === 'true' || word === 1 || word === '1') return true;
  return word === 'false' || word === 0 || word === '0' ? false : undefined;
}

function readInstant(value: unknown): number | undefined {
  const number = readNumber(value);
  if (number !== undefined) return Math.abs(number) <= LAST_INSTANT ? number : undefined;
  // A time without a zone could mean any of 24 instants.
  if (typeof value !== 'string' || !/\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(value.trim())) return undefined;
  const instant = Date.parse(value.trim());
  return Number.isNaN(instant) ? undefined : instant;
}

/** An id: GUIDs in lower case, the zero GUID as nothing (docs/reference/creative-force.md#absent-values). */
export const id = nullableValueSchema(readId, 'an id', (value) => value === zeroGuid);
export const requiredId = required(id, 'an id');
/** Text; numbers become text, blank text is nothing. */
export const text = valueSchema(
  (value) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined),
  'text',
);
/** A number, also when written as text. */
export const number = valueSchema(readNumber, 'a number');
export const integer = valueSchema((value) => {
  const known = readNumber(value);
  return known !== undefined && Number.isSafeInteger(known) ? known : undefined;
}, 'a whole number');
/** A size: 0 and less mean "not known" or "not asked for". */
export const size = nullableValueSchema(readNumber, 'a number', (value) => value <= 0);
export const flag = valueSchema(readFlag, 'true or false');
/** Unix milliseconds (docs/reference/creative-force.md#conventions), also as text; 0 and less are nothing. */
export const instant = nullableValueSchema(readInstant, 'an instant', (value) => value <= 0);

/** An object that may be missing, null or empty text. Unknown keys are ignored. */
export function optionalObject<T>(schema: z.ZodType<T>) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}

/** A list that may be missing or null. */
export function optionalList<T>(schema: z.ZodType<T>) {
  return z.preprocess((value) => value ?? [], z.array(schema));
}

/** What could not be understood, by JSON path: `$.shots[0].shotId: expected an id, found nothing`. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map(({ path, message }) => `${jsonPath(path)}: ${message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? ` (and ${more} more)` : '');
}

export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((written, key) => {
    if (typeof key === 'number') return `${written}[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(String(key))
      ? `${written}.${String(key).slice(0, 100)}`
      : `${written}[${JSON.stringify(String(key).slice(0, 100))}]`;
  }, '$');
}

function describeType(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value;
}
