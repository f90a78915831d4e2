import type { z } from 'zod';

import { describeIssues, isGuid } from '../../wire-values';

/** How a body compares with what its adapter reads; places are JSON paths in which `[]` stands for every row. No values. */
export interface ShapeReport {
  /** What could not be understood, by JSON path; absent when everything was. */
  readonly fault?: string | undefined;
  /** True when there was no row and no field to look at. */
  readonly isEmpty: boolean;
  /** What the adapter reads and no object at that place has. */
  readonly missing: readonly string[];
  /** What is there and no adapter reads. */
  readonly unknown: readonly string[];
}

/**
 * Reads a body with its adapter and watches which keys the adapter asks for: so what is known needs no list of its own
 * that could drift away from the adapters. Keys that people chose (custom properties) are all asked for, thus never new.
 */
export function compareShape(adapter: z.ZodType, body: unknown): ShapeReport {
  const places = new Map<string, ObservedKeys>();
  const parsed = adapter.safeParse(watch(body, '$', places));
  const missing: string[] = [];
  const unknown: string[] = [];
  for (const [path, { present, read }] of places) {
    for (const key of read) if (!present.has(key)) missing.push(`${path}${step(key)}`);
    for (const key of present) if (!read.has(key)) unknown.push(`${path}${step(key)}`);
  }
  return {
    fault: parsed.success ? undefined : describeIssues(parsed.error),
    isEmpty: isEmpty(body),
    missing: missing.sort(),
    unknown: unknown.sort(),
  };
}

/** All objects at one place of a body, taken together. */
interface ObservedKeys {
  readonly present: Set<string>;
  readonly read: Set<string>;
}

/** The value, with every object and list in it noting what is read of it. */
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
    // Every object answers to these names, so asking for one says nothing about the wire.
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

/** A key as a step of a path. GUIDs are ids also where they are keys, and ids are values. */
function step(key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return `.${key.slice(0, 100)}`;
  return isGuid(key) ? '[guid]' : `[${JSON.stringify(key.slice(0, 100))}]`;
}

function isEmpty(body: unknown): boolean {
  if (body === undefined || body === null) return true;
  if (typeof body !== 'object') return false;
  if (Array.isArray(body)) return body.length === 0;
  return 'pageData' in body && Array.isArray(body.pageData) && body.pageData.length === 0;
}
