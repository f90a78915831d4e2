import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

/** Settings by section, as `PATCH /settings` of the sandbox takes them. */
export type Change = Record<string, unknown>;

/** Adds `creativeForce.unknownKeys=false` to earlier changes; the parser of a variadic argument or option. */
export function addChange(text: string, before: Change | undefined): Change {
  return merge(before ?? {}, parseChange(text));
}

/** `creativeForce.unknownKeys=false` as `{ creativeForce: { unknownKeys: false } }`. */
function parseChange(text: string): Change {
  const [, path, value] = /^([^=.]+(?:\.[^=.]+)+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined)
    throw new InvalidArgumentError(`"${text}" is not a change. Write it like creativeForce.unknownKeys=false.`);
  const nested = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), jsonOrText(value));
  return z.record(z.string(), z.unknown()).parse(nested);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function merge(first: Change, second: Change): Change {
  const merged = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const before = merged[name];
    merged[name] = isPlain(before) && isPlain(value) ? merge(before, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Change {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
