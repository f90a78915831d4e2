import type { z } from 'zod';

import { withCamelCaseKeys } from '../../camel-case-keys';
import { possibleBodies } from '../../http/envelope';

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
