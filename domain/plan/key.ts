import { editDistance } from '../shared/edit-distance';
import type { KeyNormalisation } from '../recipe/recipe';
import { pluralise } from '../shared/text';

/** A key in the form in which keys are compared, after the normalisations that the recipe allows. */
export function comparableKey(key: string, allowed: readonly KeyNormalisation[] = []): string {
  const spaced = allowed.includes('spaces')
    ? key
        .trim()
        .replace(/\s+/gu, ' ')
        .replace(/\s*\/\s*/gu, '/')
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

/** Edit distances are computed for at most this many keys. */
const LIKELY_KEYS = 50;

/** The existing keys most like the wanted one, best first: by equal parts between slashes, then by edit distance. */
export function nearestKeys(wanted: string, existing: readonly string[], most = 3): NearKey[] {
  const parts = wanted.split('/');
  return fewestUnequal(parts, existing)
    .map((near) => ({ ...near, distance: editDistance(wanted, near.key) }))
    .sort((one, other) => one.unequal.length - other.unequal.length || one.distance - other.distance)
    .slice(0, most)
    .map(({ key, unequal: at }) => ({ key, difference: difference(parts, key.split('/'), at) }));
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
  const known = splitKeys.get(keys) ?? new Map(keys.map((key) => [key, key.split('/')]));
  splitKeys.set(keys, known);
  return known;
}

function difference(wanted: readonly string[], found: readonly string[], at: readonly number[]): string {
  if (wanted.length !== found.length) return `it has ${pluralise(found.length, 'part')} instead of ${wanted.length}`;
  if (wanted.length === 1) return 'it is another';
  return at
    .map((index) => `part ${index + 1} is "${found[index] ?? ''}" instead of "${wanted[index] ?? ''}"`)
    .join(', ');
}
