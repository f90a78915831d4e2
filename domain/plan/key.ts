import { editDistance } from '../shared/edit-distance';
import type { KeyNormalisation } from '../recipe/recipe';
import { composed, pluralise } from '../shared/text';

/** A key in the form in which keys are compared, after the normalisations that the recipe allows. */
export function comparableKey(printed: string, allowed: readonly KeyNormalisation[] = []): string {
  const key = composed(printed);
  const spaced = allowed.includes('spaces')
    ? key
        .trim()
        .replace(/\s+/gu, ' ')
        .replace(/ ?\/ ?/gu, '/')
    : key;
  return allowed.includes('case') ? spaced.toLowerCase() : spaced;
}

/** The only difference between two keys, in words; `undefined` when it is more than case and spaces. */
export function onlyDifference(one: string, other: string): string | undefined {
  const isSame = (...allowed: KeyNormalisation[]): boolean =>
    comparableKey(one, allowed) === comparableKey(other, allowed);
  if (isSame('case')) return 'case';
  if (isSame('spaces')) return 'spaces';
  return isSame('case', 'spaces') ? 'case and spaces' : undefined;
}

/** An existing key, and how it differs from the wanted one. */
export interface NearKey {
  readonly key: string;
  /** E.g. `part 2 is "Feed 4:5" instead of "Feed 1:1"`. */
  readonly difference: string;
}

/** Edit distances are computed for at most this many keys, of their beginnings, up to this many edits: they only sort. */
const LIKELY_KEYS = 20;
const COMPARED_CHARACTERS = 100;
const MOST_EDITS = 10;
/** Further parts of a key are one. */
const MOST_PARTS = 20;

/** The existing keys most like the wanted one, best first: by equal parts between slashes, then by edit distance. */
export function nearestKeys(wanted: string, existing: readonly string[], most = 3): NearKey[] {
  const parts = partsOfKey(wanted);
  return fewestUnequal(parts, existing)
    .map((near) => ({ ...near, distance: distanceBetween(wanted, near.key) }))
    .sort((one, other) => one.unequal.length - other.unequal.length || one.distance - other.distance)
    .slice(0, most)
    .map(({ key, unequal: at }) => ({ key, difference: difference(parts, partsOfKey(key), at) }));
}

/** Preselects keys with the fewest different parts, because edit distances of thousands of keys would be slow. */
function fewestUnequal(
  parts: readonly string[],
  existing: readonly string[],
): { readonly key: string; readonly unequal: readonly number[] }[] {
  const byCount: { key: string; unequal: number[] }[][] = [];
  for (const [key, others] of partsOf(existing)) {
    const unequal: number[] = [];
    const length = Math.max(parts.length, others.length);
    for (let index = 0; index < length; index++) if (parts[index] !== others[index]) unequal.push(index);
    (byCount[unequal.length] ??= []).push({ key, unequal });
  }
  return byCount.flat().slice(0, LIKELY_KEYS);
}

const splitKeys = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

/** Cached, because many expected outputs can miss their creative among the same keys. */
function partsOf(keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known = splitKeys.get(keys) ?? new Map(keys.map((key) => [key, partsOfKey(key)]));
  splitKeys.set(keys, known);
  return known;
}

function partsOfKey(key: string): readonly string[] {
  const parts = key.split('/');
  return parts.length <= MOST_PARTS
    ? parts
    : [...parts.slice(0, MOST_PARTS - 1), parts.slice(MOST_PARTS - 1).join('/')];
}

function distanceBetween(one: string, other: string): number {
  return editDistance(one.slice(0, COMPARED_CHARACTERS), other.slice(0, COMPARED_CHARACTERS), MOST_EDITS);
}

function difference(wanted: readonly string[], found: readonly string[], at: readonly number[]): string {
  if (wanted.length !== found.length) return `it has ${pluralise(found.length, 'part')} instead of ${wanted.length}`;
  if (wanted.length === 1) return 'it is another one';
  return at
    .map((index) => `part ${index + 1} is "${found[index] ?? ''}" instead of "${wanted[index] ?? ''}"`)
    .join(', ');
}
