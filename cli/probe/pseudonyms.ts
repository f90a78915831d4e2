import { createHash } from 'node:crypto';

import { z } from 'zod';

import { extensionOf, isGeneric } from './generic-words';

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';
/** The fixed parts of pseudonyms. An original that is part of this identifies nobody. */
export const pseudonymWords = 'text- https://example.invalid/';
/** 2026-01-01T00:00:00Z. The first instant found is moved here, and all others by the same distance. */
const NEW_YEAR = 1_767_225_600_000;
/** Objects whose keys are names that people chose. */
const keyedByNames = new Set(['properties', 'variantMapping']);

/** Replaces what could identify somebody or something, consistently in all bodies. Generic words stay. */
export function pseudonymise(bodies: readonly unknown[]): unknown[] {
  const pseudonyms = new Pseudonyms(bodies);
  return bodies.map((body) => pseudonyms.replace(body));
}

class Pseudonyms {
  readonly #originals: Set<string>;
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #shift: number | undefined;

  constructor(bodies: readonly unknown[]) {
    const originals = textsIn(bodies).map((text) => text.toLowerCase());
    this.#originals = new Set(originals.filter((text) => text.length >= 4 && !pseudonymWords.includes(text)));
  }

  replace(value: unknown, isKeyedByNames = false): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return isInstant(value) ? this.#moved(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((part) => this.replace(part));
    const parts = Object.entries(value) as [string, unknown][];
    // fromEntries defines keys rather than assigning them, so that `__proto__` is a key like any other.
    return Object.fromEntries(
      parts.map(([key, part]) => [
        isKeyedByNames || !isWireName(key) ? this.#text(key) : key,
        this.replace(part, keyedByNames.has(key)),
      ]),
    );
  }

  #text(text: string): string {
    if (isGeneric(text) || text === ZERO_GUID) return text;
    if (isGuid(text)) {
      const guid = this.#pseudonym('guid', text.toLowerCase(), guidOf);
      return text === text.toLowerCase() ? guid : guid.toUpperCase();
    }
    if (/^-?\d{1,3}$/.test(text)) return text;
    if (/^\d+$/.test(text) && isInstant(Number(text))) return String(this.#moved(Number(text)));
    if (/^-?\d+(?:\.\d+)?$/.test(text)) return this.#pseudonym('number', text, (count) => String(1_000 + count));
    if (/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) {
      return new Date(this.#moved(Date.parse(text))).toISOString();
    }
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
      return this.#pseudonym('address', text, (count) => `https://example.invalid/${count}`);
    }
    return this.#pseudonym('text', text, (count) => `text-${count}${extensionOf(text)}`);
  }

  #pseudonym(kind: string, original: string, make: (count: number) => string): string {
    const key = `${kind} ${original}`;
    let pseudonym = this.#known.get(key);
    while (pseudonym === undefined) {
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      const candidate = make(count);
      if (![...this.#originals].some((text) => candidate.includes(text))) pseudonym = candidate;
    }
    this.#known.set(key, pseudonym);
    return pseudonym;
  }

  #moved(instant: number): number {
    this.#shift ??= NEW_YEAR - instant;
    return instant + this.#shift;
  }
}

/** Every text in a body that is to be replaced, including keys that people chose. */
function textsIn(value: unknown, isKeyedByNames = false): string[] {
  if (typeof value === 'string') return isGeneric(value) ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((part) => textsIn(part));
  return (Object.entries(value) as [string, unknown][]).flatMap(([key, part]) => [
    ...(isKeyedByNames || !isWireName(key) ? textsIn(key) : []),
    ...textsIn(part, keyedByNames.has(key)),
  ]);
}

/** Whether a key is a field of the API or an upload header. Any other key may be a name that somebody chose. */
function isWireName(key: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]{0,60}$|^(?:x-amz-[a-z-]+|content-[a-z0-9]+)$/i.test(key);
}

function isGuid(text: string): boolean {
  return z.guid().safeParse(text).success;
}

/** Unix milliseconds from 2001 to 2286. */
function isInstant(value: number): boolean {
  return Number.isInteger(value) && value >= 1e12 && value < 1e13;
}

/** A GUID derived from a number. */
function guidOf(count: number): string {
  const hex = createHash('sha256').update(`guid ${count}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
