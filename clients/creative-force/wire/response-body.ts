import type { z } from 'zod';

import { withCamelCaseKeys } from '../../camel-case-keys';
import { withoutContainers } from '../../containers';
import { possibleBodies } from '../../http/envelope';

/** The bodies that an answer may hold, without letter case, containers and envelopes. */
export function bodiesOf(json: unknown): readonly unknown[] {
  return possibleBodies(withoutContainers(withCamelCaseKeys(json)));
}

/** Reads a body in whatever letter case and envelope, also as a list of one. A failure is that of the body that was understood furthest. */
export function parseBody<T>(
  schema: z.ZodType<T>,
  json: unknown,
): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: z.ZodError } {
  const [whole, ...inner] = bodiesOf(json);
  const first = schema.safeParse(whole);
  if (first.success) return first;
  const lists = [whole, ...inner].filter((body) => Array.isArray(body) && body.length === 1) as [unknown][];
  let furthest = first;
  for (const body of [...inner, ...lists.map(([only]) => only)]) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed;
    if (depthOf(parsed.error) > depthOf(furthest.error)) furthest = parsed;
  }
  return furthest;
}

/** How deep in a body the first fault is. */
function depthOf({ issues }: z.ZodError): number {
  return issues[0]?.path.length ?? 0;
}
