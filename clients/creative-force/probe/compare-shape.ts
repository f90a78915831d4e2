import type { z } from 'zod';

import { isGuid } from '../../record';
import { describeIssues, jsonPathStep } from '../../wire-values';
import { isPagingField } from '../wire/page';
import { bodiesOf } from '../wire/response-body';

/** How a body compares with its schema; places are JSON paths in which `[]` stands for every row. Holds no values. */
export interface ShapeReport {
  /** What the schema does not accept, by JSON path. */
  readonly fault?: string | undefined;
  readonly isEmpty: boolean;
  /** What the schema reads and no object at that place has, but for other names of what a page says of its paging. */
  readonly missing: readonly string[];
  /** What the schema does not read. */
  readonly unknown: readonly string[];
}

/** Observes which keys the schema reads, so that no list of known keys is needed; custom properties are all read. */
export function compareShape(schema: z.ZodType, body: unknown): ShapeReport {
  const bodies = bodiesOf(body);
  const readable = bodies.find((one) => schema.safeParse(one).success) ?? bodies[0];
  const places = new Map<string, ObservedKeys>();
  const parsed = schema.safeParse(watch(readable, '$', places));
  const missing: string[] = [];
  const unknown: string[] = [];
  for (const [path, { present, read }] of places) {
    for (const key of read) if (!present.has(key) && !isPagingField(path, key)) missing.push(`${path}${step(key)}`);
    for (const key of present) if (!read.has(key)) unknown.push(`${path}${step(key)}`);
  }
  return {
    fault: parsed.success ? undefined : describeIssues(parsed.error),
    isEmpty: isEmpty(readable),
    missing: missing.sort(),
    unknown: unknown.sort(),
  };
}

/** The keys of all objects at one place of a body. */
interface ObservedKeys {
  readonly present: Set<string>;
  readonly read: Set<string>;
}

/** Wraps a value so that every object in it notes which of its keys are read. */
function watch(value: unknown, path: string, places: Map<string, ObservedKeys>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return new Proxy(value, {
      get: (list, key) => watch(Reflect.get(list, key), isIndex(key) ? `${path}[]` : path, places),
    });
  }
  const place = places.get(path) ?? { present: new Set(), read: new Set() };
  places.set(path, place);
  for (const key of Object.keys(value)) place.present.add(key);
  const note = (key: string | symbol): void => {
    // Every object has these names, so reading one says nothing about the schema.
    if (typeof key === 'string' && (Object.hasOwn(value, key) || !(key in Object.prototype))) place.read.add(key);
  };
  return new Proxy(value, {
    get(object, key) {
      note(key);
      const part: unknown = Reflect.get(object, key);
      return typeof key === 'string' ? watch(part, `${path}${step(key)}`, places) : part;
    },
    has(object, key) {
      note(key);
      return Reflect.has(object, key);
    },
    ownKeys(object) {
      const keys = Reflect.ownKeys(object);
      keys.forEach(note);
      return keys;
    },
  });
}

function isIndex(key: string | symbol): boolean {
  return typeof key === 'string' && /^\d+$/.test(key);
}

/** A GUID as a key is an id, so it is not shown. */
function step(key: string): string {
  return isGuid(key) ? '[guid]' : jsonPathStep(key);
}

function isEmpty(body: unknown): boolean {
  if (body === undefined || body === null) return true;
  if (typeof body !== 'object') return false;
  if (Array.isArray(body)) return body.length === 0;
  return 'pageData' in body && Array.isArray(body.pageData) && body.pageData.length === 0;
}
