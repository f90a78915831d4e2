import type { z } from 'zod';

import { possibleBodies } from '../../http/envelope';

/** Objects whose keys are names that people or other systems chose. */
const keyedByNames: ReadonlySet<string> = new Set(['headers', 'properties', 'variantMapping']);

/** A body with every field name in camelCase: `TaskId` and `task_id` become `taskId`. Of two the exact one counts. */
export function withCamelCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCamelCaseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([printed, inner]: [string, unknown]) => {
    const key = toCamelCase(printed);
    return { printed, key, inner: keyedByNames.has(key) ? inner : withCamelCaseKeys(inner) };
  });
  const exact = new Set(entries.filter(({ printed, key }) => printed === key).map(({ key }) => key));
  const kept = entries.filter(({ printed, key }) => printed === key || !exact.has(key));
  // fromEntries defines keys rather than assigning them, so that `__proto__` is a key like any other.
  return Object.fromEntries(kept.map(({ key, inner }) => [key, inner]));
}

function toCamelCase(key: string): string {
  if (!/^[A-Z][A-Za-z0-9]*$|^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(key)) return key;
  const joined = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return joined.slice(0, 1).toLowerCase() + joined.slice(1);
}

/** Reads a body in whatever letter case and envelope, also as a list of one. A failure is that of the whole body. */
export function parseBody<T>(
  schema: z.ZodType<T>,
  json: unknown,
): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: z.ZodError } {
  const [whole, ...inner] = possibleBodies(withCamelCaseKeys(json));
  const first = schema.safeParse(whole);
  if (first.success) return first;
  const lists = [whole, ...inner].filter((body) => Array.isArray(body) && body.length === 1) as [unknown][];
  for (const body of [...inner, ...lists.map(([only]) => only)]) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed;
  }
  return first;
}
