import type { ServerResponse } from 'node:http';

import fc from 'fast-check';

import { RemoteCallError } from '../../../clients/remote-call-error';

/** What a test's server sends next; the body is raw, so that it need not be JSON. */
export interface OddResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A place in a body: the keys that lead to it. */
type Place = readonly string[];

/** Stands for nesting that `JSON.stringify` itself could not write, and that nobody wants to see in a counterexample. */
const deepMark = 'nested far too deeply';
const deepText = '['.repeat(20_000) + ']'.repeat(20_000);

/** Names that every object has without being asked, and that tables of words must not find. */
const inheritedNames = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
];

const inheritedName = fc.constantFrom(...inheritedNames);

/** Values where others are expected. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, '', ' ', true, [], {}, [[]], [{}], [null], deepMark),
  fc.constantFrom(0, -0, -1, 0.1, 1e21, -1e300, 1.7976931348623157e308, 9_007_199_254_740_993, 8.64e15 + 2),
  fc.constantFrom(
    '0',
    '-1',
    '1e3',
    ' 7 ',
    'NaN',
    'Infinity',
    'true',
    '\ud800',
    '\u0000',
    '1\r\n2',
    'https://',
    'http://[/',
  ),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', '2026-99-99T99:99:99Z', '+275760-09-13T00:00:00.001Z'),
  inheritedName,
  fc.dictionary(fc.oneof(inheritedName, fc.string()), fc.jsonValue({ maxDepth: 1 })),
  fc.string({ unit: 'binary' }),
);

/** Any JSON at all. */
export const anyJson = fc.oneof(
  fc.json(),
  fc.json({ stringUnit: 'binary' }),
  oddValue.map((value) => JSON.stringify(value)),
);

/** A valid body in which up to four values are odd, or missing. */
export function mutated(body: unknown): fc.Arbitrary<string> {
  const mutation = fc.record({
    place: fc.constantFrom(...placesOf(body)),
    value: fc.option(oddValue, { nil: undefined }),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
    // In a list, so that the whole body has a place too.
    const copy = [structuredClone(body)];
    for (const { place, value } of mutations) put(copy, ['0', ...place], value);
    return JSON.stringify(copy[0] ?? null);
  });
}

/** Any status with any headers, and a body that is JSON, cut JSON, text or bytes. */
export function anyResponse(body: unknown): fc.Arbitrary<OddResponse> {
  const valid = JSON.stringify(body);
  const errorBody = mutated({
    errors: [{ code: 'PER-3', message: 'no' }],
    title: 'A title.',
    status: 400,
    traceId: 'trace',
    statusCode: 6,
    message: 'a message',
    error: { code: 1, message: 'inner' },
    error_description: 'why',
    metadata: { code: 2, requestId: 'r' },
    requestId: 'r-1',
  });
  return fc.record({
    status: fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 204, 302, 400, 401, 403, 404, 429, 503)),
    headers: fc.record(
      {
        'retry-after': retryAfter,
        'x-request-id': headerText,
        'content-encoding': fc.constantFrom('gzip', 'br', 'odd'),
      },
      { requiredKeys: [] },
    ),
    body: fc.oneof(
      fc.constant(valid),
      anyJson,
      mutated(body),
      errorBody,
      fc.nat({ max: valid.length }).map((length) => valid.slice(0, length)),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(
        '<html><title>',
        '<Error><Code>constructor</Code>',
        '\ufeff{}',
        '{"a":1}{}',
        'NaN',
        JSON.stringify(deepMark),
      ),
    ),
  });
}

/** Every letter that HTTP lets stand in the value of a header. */
const headerText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
});

const retryAfter = fc.oneof(
  headerText,
  fc.nat().map(String),
  fc.double().map(String),
  fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toUTCString())),
  fc.constantFrom('-1', '9'.repeat(400), '1e999', 'Infinity', '0x10', 'Thu, 01 Jan 1970', '1, 2'),
);

/** Objects whose keys are names that people chose: no key is unknown there. */
const keyedByNames = new Set<unknown>(['properties', 'headers', 'contentDimensionsByName', 'assets']);

/** A valid body with unknown keys at any depth, as JSON text. `known` is every key that means something anywhere. */
export function withExtraKeys(body: unknown, known: ReadonlySet<string>): fc.Arbitrary<string> {
  const places = placesOf(body).filter((place) => {
    const part = at(body, place);
    return isContainer(part) && !Array.isArray(part) && !keyedByNames.has(place.at(-1));
  });
  const key = fc
    .oneof(inheritedName, fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('newKey', 'ID', 'TaskId'))
    .filter((candidate) => !known.has(candidate));
  const extra = fc.record({
    place: fc.constantFrom(...places),
    key,
    value: oddValue.filter((value) => value !== deepMark),
  });
  return fc.array(extra, { minLength: 1, maxLength: 6 }).map((extras) => {
    const copy: unknown = structuredClone(body);
    for (const one of extras) put(copy, [...one.place, one.key], one.value);
    return JSON.stringify(copy);
  });
}

/** Every key of every object in the given bodies. */
export function keysOf(bodies: readonly unknown[]): Set<string> {
  return new Set(placesOf(bodies).flat());
}

/** How a call ended, for a comparison; fails unless that is plain data or the clients' own error. */
export async function endOf(work: () => Promise<unknown>): Promise<{ result: unknown } | { error: RemoteCallError }> {
  try {
    const result = await work();
    // Plain data has no functions: what came from a prototype instead of the wire would be found here.
    structuredClone(result);
    return { result };
  } catch (error) {
    if (!(error instanceof RemoteCallError)) throw error;
    expect(error.message).not.toMatch(/native code|\[object Object\]/);
    expect(error.message.length).toBeLessThan(5_000);
    structuredClone(Object.entries(error));
    return { error };
  }
}

/** Sends an answer as it is, whatever it is. */
export function send(response: ServerResponse, { status, headers, body }: OddResponse): void {
  const written = typeof body === 'string' ? body.replaceAll(JSON.stringify(deepMark), deepText) : body;
  response.writeHead(status, { ...headers }).end(written);
}

function placesOf(value: unknown): Place[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [[], ...inner.flatMap(([key, part]) => placesOf(part).map((place) => [key, ...place]))];
}

function at(value: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (part, key) => (isContainer(part) && Object.hasOwn(part, key) ? Reflect.get(part, key) : undefined),
    value,
  );
}

/** Sets or, without a value, removes what stands at a place; nothing where an earlier change took the place away. */
function put(value: unknown, place: Place, part: unknown): void {
  const [key, container] = [place.at(-1), at(value, place.slice(0, -1))];
  if (key === undefined || !isContainer(container) || (Array.isArray(container) && !/^\d+$/.test(key))) return;
  if (part === undefined) Reflect.deleteProperty(container, key);
  // Defined rather than assigned, so that `__proto__` is a key like any other.
  else {
    // A copy, because generated values can be shared and later changes go into them.
    const attributes = { enumerable: true, configurable: true, writable: true };
    Object.defineProperty(container, key, { value: structuredClone(part), ...attributes });
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
