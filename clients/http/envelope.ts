import { isErrorKey } from './error-body';

/** Parts of a body that tell of the answer and are not it. */
const aboutAnswer: ReadonlySet<string> = new Set([
  ...['meta', 'links', '_links', 'pageInfo', 'paging', 'pagination', 'included', 'jsonapi', 'extensions'],
]);

/** Bodies that may be the answer: the whole one, then what an envelope holds (docs/reference/assumptions.md#envelopes). */
export function possibleBodies(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [body];
  const { metadata, data } = body as { metadata?: unknown; data?: unknown };
  const keys = Object.keys(body);
  if (keys.length === 2 && metadata !== undefined && 'data' in body) return [data];
  const parts = Object.entries(body).filter(
    ([key, part]) =>
      typeof part === 'object' && part !== null && (key === 'data' || !(isErrorKey(key) || aboutAnswer.has(key))),
  );
  const envelopes = parts.filter(([key]) => ['data', 'result', 'value', 'payload', 'response'].includes(key));
  const [only] = envelopes.length > 0 ? envelopes : parts;
  const isAlone = envelopes.length > 0 || parts.length === 1;
  return only === undefined || !isAlone ? [body] : [body, only[1]];
}
