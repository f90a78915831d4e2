import { anyMatch, allMatch, matchesOrder, matchesEqual, negate, type MatchResult } from './compare-values';
import { formatPath, isBranch, TIMESTAMP_PATH } from './filter-tree';

export interface OutputMatchOptions {
  /** Whether outputs of a folder's sub-folders may come (docs/reference/celtra.md#sub-folders). */
  readonly subFolders?: boolean | undefined;
}

/** Where an answer carries nothing that could be compared. */
const NOT_PRESENT = Symbol('not said');

/** Maps whose keys are names or ids that people have given: where such a map is printed, a missing key is missing. */
const keyedByNames = /ByName$|^(?:customLayoutDimensions|contentDimensions|mediaLineItemAttributes)$/;

/**
 * The path of the filter that an output, as Celtra printed it, does not satisfy
 * (docs/reference/celtra.md#ignored-filters: a filter that Celtra ignores must be noticed); nothing when it satisfies
 * all, or when its answer does not carry what could be compared.
 */
export function findViolatedFilter(
  filters: object,
  output: unknown,
  rules: OutputMatchOptions = {},
): string | undefined {
  if (!isBranch(output)) return undefined;
  for (const [root, node] of Object.entries(filters) as [string, unknown][]) {
    // Output is the root of the answer, and has an extra key in the filters.
    const value = root === 'output' ? output : (own(output, root) ?? NOT_PRESENT);
    const refusing = new OutputMatcher(output, rules).findViolation(node, value, [root]);
    if (refusing !== undefined) return formatPath(refusing);
  }
  return undefined;
}

/** Compares one output with a tree. */
class OutputMatcher {
  constructor(
    private readonly output: Readonly<Record<string, unknown>>,
    private readonly rules: OutputMatchOptions,
  ) {}

  findViolation(node: unknown, value: unknown, path: readonly string[]): readonly string[] | undefined {
    if (Array.isArray(node)) return this.#leaf(node, value, path) === 'no' ? path : undefined;
    if (!isBranch(node)) return undefined;
    for (const [key, inner] of Object.entries(node)) {
      const refused = this.findViolation(inner, fieldOf(value, key, path), [...path, key]);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  #leaf(accepted: readonly unknown[], value: unknown, path: readonly string[]): MatchResult {
    if (value === NOT_PRESENT) return 'unknown';
    if (formatPath(path) === 'folder.id' && this.rules.subFolders === true) return 'unknown';
    const verdict = anyMatch(accepted.map((test) => this.#accepts(test, value, path)));
    if (verdict !== 'no') return verdict;
    // Where two dimensions share a name only one is printed by name; all are printed by id
    // (docs/reference/celtra.md#names).
    const others = this.#namesakes(path);
    return others.length === 0
      ? 'no'
      : anyMatch(others.flatMap((other) => accepted.map((test) => this.#accepts(test, other, path))));
  }

  #accepts(test: unknown, value: unknown, path: readonly string[]): MatchResult {
    if (formatPath(path) === 'designFile.version') return matchesVersion(test, value);
    if (!isBranch(test)) return matchesEqual(test, value);
    return allMatch(Object.entries(test).map(([operator, operand]) => this.#holds(operator, operand, value, path)));
  }

  #holds(operator: string, operand: unknown, value: unknown, path: readonly string[]): MatchResult {
    switch (operator) {
      case 'eq':
        return matchesEqual(operand, value);
      case 'neq':
        return negate(matchesEqual(operand, value));
      case 'in':
        return Array.isArray(operand) ? anyMatch(operand.map((one) => matchesEqual(one, value))) : 'unknown';
      case 'nin':
        return Array.isArray(operand) ? negate(anyMatch(operand.map((one) => matchesEqual(one, value)))) : 'unknown';
      case 'object':
        return this.#subObject(operand, value, path);
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte':
        return matchesOrder(operator, operand, value, formatPath(path) === TIMESTAMP_PATH);
      default:
        return 'unknown';
    }
  }

  #subObject(tree: unknown, value: unknown, path: readonly string[]): MatchResult {
    if (!isBranch(tree)) return 'unknown';
    return allMatch(
      Object.entries(tree).map(([key, inner]) => {
        const [part, here] = [fieldOf(value, key, path), [...path, key]];
        if (Array.isArray(inner)) return this.#leaf(inner, part, here);
        return this.#subObject(inner, part, here);
      }),
    );
  }

  /** Values of the by-id map beside a by-name map, where an entry has the name that is filtered on. */
  #namesakes(path: readonly string[]): unknown[] {
    const [root, map = '', name] = path;
    if (root !== 'output' || path.length !== 3 || !map.endsWith('ByName')) return [];
    const byId = own(this.output, map.slice(0, -'ByName'.length));
    if (!isBranch(byId)) return [];
    return Object.values(byId).flatMap((entry) => {
      if (!isBranch(entry) || entry['name'] !== name) return [];
      const value = entry['value'];
      return [isBranch(value) ? value['name'] : value];
    });
  }
}

/** What stands under a key of the answer. A version is spread over the design file's own fields. */
function fieldOf(value: unknown, key: string, path: readonly string[]): unknown {
  if (!isBranch(value)) return NOT_PRESENT;
  if (formatPath(path) === 'designFile' && key === 'version') return value;
  if (Object.hasOwn(value, key)) return value[key];
  return path.some((part) => keyedByNames.test(part)) ? undefined : NOT_PRESENT;
}

function matchesVersion(pin: unknown, designFile: unknown): MatchResult {
  if (!isBranch(pin) || !isBranch(designFile)) return 'unknown';
  const hash = designFile['contentBlobHash'] ?? NOT_PRESENT;
  return allMatch([
    matchesEqual(pin['id'], designFile['id']),
    hash === NOT_PRESENT ? 'unknown' : matchesEqual(pin['contentBlobHash'], hash),
  ]);
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
