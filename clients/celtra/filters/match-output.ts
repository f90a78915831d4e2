import { isRecord, type Fields } from '../../record';
import { ownProperty } from '../../wire-values';
import { isTimestamp, TIMESTAMP_PATH } from './timestamps';

export interface OutputMatchOptions {
  /** Whether outputs of sub-folders are accepted (docs/reference/celtra.md#sub-folders). */
  readonly subFolders?: boolean | undefined;
}

/** `undefined` if the response lacks the value, or Celtra does not document the comparison. */
type MatchResult = boolean | undefined;

const ABSENT = Symbol('absent');

/** Maps keyed by names or ids of people: where such a map is printed, an absent key means no value. */
const keyedByNames = /ByName$|^(?:customLayoutDimensions|contentDimensions|mediaLineItemAttributes)$/;

/** The path of a filter that an output shows Celtra to have ignored (docs/reference/celtra.md#ignored-filters). */
export function findViolatedFilter(
  filters: object,
  output: unknown,
  options: OutputMatchOptions = {},
): string | undefined {
  if (!isRecord(output)) return undefined;
  const matcher = new OutputMatcher(output, options);
  for (const [root, node] of Object.entries(filters) as [string, unknown][]) {
    // The output is the root of the response, but has a key of its own in the filters.
    const value = root === 'output' ? output : (ownProperty(output, root) ?? ABSENT);
    const path = matcher.findViolation(node, value, [root]);
    if (path !== undefined) return path.join('.');
  }
  return undefined;
}

class OutputMatcher {
  constructor(
    private readonly output: Fields,
    private readonly options: OutputMatchOptions,
  ) {}

  findViolation(node: unknown, value: unknown, path: readonly string[]): readonly string[] | undefined {
    if (Array.isArray(node)) return this.#matchesLeaf(node, value, path) === false ? path : undefined;
    if (!isRecord(node)) return undefined;
    for (const [key, inner] of Object.entries(node)) {
      const violation = this.findViolation(inner, fieldOf(value, key, path), [...path, key]);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  #matchesLeaf(accepted: readonly unknown[], value: unknown, path: readonly string[]): MatchResult {
    if (value === ABSENT) return undefined;
    // Once, because a poll names up to hundreds of ids.
    const place = path.join('.');
    if (place === 'folder.id' && this.options.subFolders === true) return undefined;
    const isVersion = place === 'designFile.version';
    const matches = (test: unknown, shown: unknown): MatchResult =>
      isVersion ? matchesVersion(test, shown) : this.#matchesTest(test, shown, path);
    const result = anyMatch(accepted.map((test) => matches(test, value)));
    if (result !== false) return result;
    return anyMatch(this.#namesakes(path).flatMap((other) => accepted.map((test) => matches(test, other))));
  }

  #matchesTest(test: unknown, value: unknown, path: readonly string[]): MatchResult {
    if (!isRecord(test)) return equals(test, value);
    return allMatch(
      Object.entries(test).map(([operator, operand]) => this.#matchesOperator(operator, operand, value, path)),
    );
  }

  #matchesOperator(operator: string, operand: unknown, value: unknown, path: readonly string[]): MatchResult {
    switch (operator) {
      case 'eq':
        return equals(operand, value);
      case 'neq':
        return !equals(operand, value);
      case 'in':
        return Array.isArray(operand) ? operand.some((one) => equals(one, value)) : undefined;
      case 'nin':
        return Array.isArray(operand) ? !operand.some((one) => equals(one, value)) : undefined;
      case 'object':
        return this.#matchesObject(operand, value, path);
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte':
        return compare(operator, operand, value, path.join('.') === TIMESTAMP_PATH);
      default:
        return undefined;
    }
  }

  #matchesObject(tree: unknown, value: unknown, path: readonly string[]): MatchResult {
    if (!isRecord(tree)) return undefined;
    return allMatch(
      Object.entries(tree).map(([key, inner]) => {
        const [part, here] = [fieldOf(value, key, path), [...path, key]];
        return Array.isArray(inner) ? this.#matchesLeaf(inner, part, here) : this.#matchesObject(inner, part, here);
      }),
    );
  }

  /** All values of a name: by name, only one of two dimensions is printed (docs/reference/celtra.md#names). */
  #namesakes(path: readonly string[]): unknown[] {
    const [root, map = '', name] = path;
    if (root !== 'output' || path.length !== 3 || !map.endsWith('ByName')) return [];
    const byId = ownProperty(this.output, map.slice(0, -'ByName'.length));
    if (!isRecord(byId)) return [];
    return Object.values(byId).flatMap((entry) => {
      if (!isRecord(entry) || entry['name'] !== name) return [];
      const value = entry['value'];
      return [isRecord(value) ? value['name'] : value];
    });
  }
}

/** The value of a key; a version's fields are printed in the design file itself. */
function fieldOf(value: unknown, key: string, path: readonly string[]): unknown {
  if (!isRecord(value)) return ABSENT;
  if (path.join('.') === 'designFile' && key === 'version') return value;
  if (Object.hasOwn(value, key)) return value[key];
  return path.some((part) => keyedByNames.test(part)) ? undefined : ABSENT;
}

function matchesVersion(pin: unknown, designFile: unknown): MatchResult {
  if (!isRecord(pin) || !isRecord(designFile)) return undefined;
  const hash = designFile['contentBlobHash'] ?? undefined;
  return allMatch([
    equals(pin['id'], designFile['id']),
    hash === undefined ? undefined : equals(pin['contentBlobHash'], hash),
  ]);
}

function anyMatch(results: readonly MatchResult[]): MatchResult {
  return results.includes(true) || (results.includes(undefined) ? undefined : false);
}

function allMatch(results: readonly MatchResult[]): MatchResult {
  return !results.includes(false) && (results.includes(undefined) ? undefined : true);
}

/** Compares scalars as text, and a list or map by any of its values (docs/reference/celtra.md#nested-names). */
function equals(expected: unknown, value: unknown): boolean {
  if (expected === null) return value === null || value === undefined;
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some((one) => equals(expected, one));
  if (isRecord(value)) return Object.values(value).some((one) => equals(expected, one));
  return isScalar(expected) && isScalar(value) && comparableText(expected) === comparableText(value);
}

/** An accent is one character, or the letter and its accent: Unicode calls both the same text. */
function comparableText(value: string | number | boolean): string {
  return String(value).normalize('NFC');
}

/** Compares numbers and time stamps; how Celtra orders other texts is not known. */
function compare(
  operator: 'gt' | 'gte' | 'lt' | 'lte',
  bound: unknown,
  value: unknown,
  isTimestampPath: boolean,
): MatchResult {
  const order = isTimestampPath ? orderOfTimestamps(value, bound) : orderOfNumbers(value, bound);
  if (order === undefined) return undefined;
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[operator];
}

function orderOfTimestamps(left: unknown, right: unknown): number | undefined {
  if (typeof left !== 'string' || typeof right !== 'string' || !isTimestamp(left) || !isTimestamp(right)) {
    return undefined;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderOfNumbers(left: unknown, right: unknown): number | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  return a === undefined || b === undefined ? undefined : a - b;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value.trim()) ? Number(value) : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
