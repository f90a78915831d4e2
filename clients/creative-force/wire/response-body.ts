import type { z } from 'zod';

import { withCamelCaseKeys } from '../../camel-case-keys';
import { possibleBodies } from '../../http/envelope';
import { type Fields, isRecord } from '../../record';

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

/**
 * A body without the containers of API styles: resources of JSON:API (`attributes`, `relationships`), `_embedded` of HAL, and
 * connections of GraphQL (`edges` of `node`), whose rows become `nodes`. See docs/reference/assumptions.md#containers.
 */
function withoutContainers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContainers);
  if (!isRecord(value)) return value;
  const plain = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutContainers(inner)]));
  return withoutEdges(withoutEmbedded(withoutAttributes(plain)));
}

function withoutAttributes(value: Fields): Fields {
  const { attributes, relationships, ...others } = value;
  if (!isRecord(attributes) || typeof value['type'] !== 'string') return value;
  const related = Object.entries(isRecord(relationships) ? relationships : {}).flatMap(([name, relation]) =>
    isRecord(relation) && relation['data'] !== undefined ? [[name, relation['data']] as const] : [],
  );
  return { ...others, ...Object.fromEntries(related), ...attributes };
}

function withoutEmbedded(value: Fields): Fields {
  const { _embedded: embedded, ...others } = value;
  return isRecord(embedded) ? { ...others, ...embedded } : value;
}

function withoutEdges(value: Fields): Fields {
  const { edges, ...others } = value;
  const isConnection = Array.isArray(edges) && edges.every((edge) => isRecord(edge) && 'node' in edge);
  return isConnection ? { ...others, nodes: edges.map((edge: Fields) => edge['node']) } : value;
}
