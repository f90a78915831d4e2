import type { FilterTree } from '../../domain/recipe';

/** Three answers: some of what Celtra filters on is not in its answer, and some comparisons are not explained. */
type Verdict = 'yes' | 'no' | 'unknown';

export interface IgnoredFilter {
  readonly outputId: string;
  /** The path within `filters`. */
  readonly path: string;
}

/**
 * Paths whose meaning is not public enough to check: whether a folder's sub-folders count, the zone of time stamps, and
 * custom attributes that some answers leave out (celtra.md §4.4, §6.1).
 */
const unchecked = ['folder', 'designFile.lastModificationTimestamp', 'designFile.customAttributesByName'];

/** Looks whether every output returned satisfies the filters sent (celtra.md A4); names the first that does not. */
export function findIgnoredFilter(filters: FilterTree, printed: readonly unknown[]): IgnoredFilter | undefined {
  for (const output of printed) {
    if (!isObject(output)) continue;
    for (const [root, node] of Object.entries(filters)) {
      // Output is the root of the answer, and has an extra key in the filters.
      const value = root === 'output' ? output : output[root];
      const path = firstRefused(node, value, [root]);
      if (path !== undefined) return { outputId: String(output['id']), path: path.join('.') };
    }
  }
  return undefined;
}

function firstRefused(node: unknown, value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (unchecked.includes(path.join('.'))) return undefined;
  if (Array.isArray(node)) return anyAccepts(node, value, path) === 'no' ? path : undefined;
  if (!isObject(node)) return undefined;
  for (const [key, inner] of Object.entries(node)) {
    const refused = firstRefused(inner, fieldOf(value, key, path), [...path, key]);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

const notSaid = Symbol('not said');

/** A version is spread over the design file's own fields in the answer. */
function fieldOf(value: unknown, key: string, path: readonly string[]): unknown {
  if (value === notSaid) return notSaid;
  if (path.join('.') === 'designFile' && key === 'version') return value;
  if (!isObject(value)) return path.length === 1 ? notSaid : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function anyAccepts(accepted: readonly unknown[], value: unknown, path: readonly string[]): Verdict {
  if (value === notSaid) return 'unknown';
  const verdicts = accepted.map((test) => accepts(test, value, path));
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('unknown') ? 'unknown' : 'no';
}

function accepts(test: unknown, value: unknown, path: readonly string[]): Verdict {
  if (path.join('.') === 'designFile.version') return isVersion(test, value);
  if (!isObject(test)) return equals(test, value) ? 'yes' : 'no';
  const verdicts = Object.entries(test).map(([operator, operand]) => holds(operator, operand, value, path));
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

function isVersion(pin: unknown, designFile: unknown): Verdict {
  if (!isObject(pin) || !isObject(designFile)) return 'unknown';
  if (!equals(pin['id'], designFile['id'])) return 'no';
  const hash = designFile['contentBlobHash'];
  if (hash === undefined || hash === null) return 'unknown';
  return equals(pin['contentBlobHash'], hash) ? 'yes' : 'no';
}

function holds(operator: string, operand: unknown, value: unknown, path: readonly string[]): Verdict {
  if (operator === 'eq') return equals(operand, value) ? 'yes' : 'no';
  if (operator === 'object') return firstRefused(operand, value, path) === undefined ? 'yes' : 'no';
  if (typeof operand !== 'number' || typeof value !== 'number') return 'unknown';
  const comparisons: Readonly<Record<string, boolean>> = {
    gt: value > operand,
    gte: value >= operand,
    lt: value < operand,
    lte: value <= operand,
  };
  const known = comparisons[operator];
  return known === undefined ? 'unknown' : known ? 'yes' : 'no';
}

/** Numbers may be printed as text; a nested map of names holds when any of its values does (celtra.md A8). */
function equals(wanted: unknown, value: unknown): boolean {
  if (wanted === null) return value === null || value === undefined;
  if (value === null || value === undefined) return false;
  if (isObject(value)) return Object.values(value).some((inner) => equals(wanted, inner));
  return isScalar(wanted) && isScalar(value) && String(wanted) === String(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
