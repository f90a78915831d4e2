import { disputedPaths, filterFields, type FilterField } from './filter-fields';
import { compare, isEqual, isScalar, isTree, type Scalar } from './filter-values';
import { celtraDefaults, type CeltraOptions } from './options';
import { CeltraRefusal } from './refusal';

/**
 * A node of the filter tree, applied to the facts of an output version or to a part of them
 * (docs/reference/celtra.md#filter-grammar).
 */
type Condition = (facts: unknown, whole: unknown) => boolean;

export interface ParsedFilters {
  readonly matches: (facts: unknown) => boolean;
  /** Every path that has a condition, e.g. `output.id`. */
  readonly paths: ReadonlySet<string>;
  /** Ids of accounts, folders and design files that are compared for equality, by path. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  /** The only design files that can match; `undefined` when they are not named by plain ids or versions. */
  readonly designIds: ReadonlySet<string> | undefined;
  /** What the request uses although no help page documents it. */
  readonly undocumented: readonly string[];
}

/** The settings that concern filters. */
type FilterRules = Pick<
  CeltraOptions,
  'outputUnderDesignFile' | 'bareLeaves' | 'typedOperators' | 'unfilterablePaths' | 'emptyLeaf'
>;

const unfilterable = ['output.status', 'output.previewUrl'];
const idPaths = ['account.id', 'folder.id', 'designFile.id'];
const documentedOperators = ['eq', 'gt', 'gte', 'lt', 'lte', 'object'];
const typedOperators = ['neq', 'in', 'nin'];
const TIMESTAMP_PATH = 'designFile.lastModificationTimestamp';
const TIMESTAMP = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/;

/** Reads `filters` of an export request; rejects with 400 what the grammar or a setting does not allow. */
export function parseFilters(filters: unknown, rules: FilterRules = celtraDefaults): ParsedFilters {
  if (!isTree(filters)) throw new CeltraRefusal(400, 'filters: an object is required.');
  const reader = new FilterReader(rules);
  const condition = reader.node(filters, filterFields, '', false);
  return {
    matches: (facts) => condition(facts, facts),
    paths: reader.paths,
    ids: reader.ids,
    designIds: designIdsOf(filters['designFile']),
    undocumented: [...reader.undocumented],
  };
}

function designIdsOf(designFile: unknown): ReadonlySet<string> | undefined {
  if (!isTree(designFile)) return undefined;
  const { id, version } = designFile;
  const named = Array.isArray(id) ? id : Array.isArray(version) ? version.map((one) => isTree(one) && one['id']) : [];
  return named.length > 0 && named.every((one) => typeof one === 'string') ? new Set(named) : undefined;
}

/** One of the documented combinations must be there, or a version pin (docs/reference/celtra.md#mandatory-filters). */
export function requireScope(filters: unknown): void {
  const has = (root: string, name: string): boolean => {
    const branch = isTree(filters) ? filters[root] : undefined;
    // Each alternative must be in scope, else one of them would select everything.
    if (!Array.isArray(branch)) return isTree(branch) && branch[name] !== undefined;
    return (
      branch.length > 0 &&
      branch.every((value) => isTree(value) && isTree(value['object']) && value['object'][name] !== undefined)
    );
  };
  const isScoped =
    has('designFile', 'id') ||
    has('designFile', 'version') ||
    has('folder', 'id') ||
    (has('account', 'id') && has('designFile', 'lastModificationTimestamp'));
  if (!isScoped) {
    throw new CeltraRefusal(
      400,
      'filters: designFile.id, folder.id, or account.id with designFile.lastModificationTimestamp is required.',
    );
  }
}

/** Walks one filter tree. `inside` an `object` operator a plain value means equality, which is documented there. */
class FilterReader {
  readonly paths = new Set<string>();
  readonly ids = new Map<string, Set<string>>();
  readonly undocumented = new Set<string>();

  constructor(private readonly rules: FilterRules) {}

  node(value: unknown, place: FilterField, path: string, inside: boolean): Condition {
    if (Array.isArray(value)) return this.leaf(value, place, path);
    if (isTree(value)) {
      if (place.kind === 'version' && inside) return this.leaf([value], place, path);
      if (place.kind !== 'object')
        throw new CeltraRefusal(400, `filters.${path}: a list of accepted values is required.`);
      const conditions = Object.entries(value).map(([name, child]) => this.child(name, child, place, path, inside));
      return (facts, whole) => conditions.every((condition) => condition(facts, whole));
    }
    if (!inside) {
      if (this.rules.bareLeaves === 'refused')
        throw new CeltraRefusal(400, `filters.${path}: a list of accepted values is required.`);
      this.undocumented.add(`bare value at ${path}`);
    }
    return this.leaf([value], place, path);
  }

  private child(
    name: string,
    value: unknown,
    parent: Extract<FilterField, { kind: 'object' }>,
    parentPath: string,
    inside: boolean,
  ): Condition {
    const path = parentPath === '' ? name : `${parentPath}.${name}`;
    if (path === 'designFile.output') {
      if (this.rules.outputUnderDesignFile === 'refused')
        throw new CeltraRefusal(400, `filters.${path}: "output" goes to the top level.`);
      this.undocumented.add('output under designFile');
      const nested = this.child('output', value, requireObject(filterFields), '', inside);
      return (_facts, whole) => nested(whole, whole);
    }
    if (unfilterable.includes(path)) {
      if (this.rules.unfilterablePaths === 'refused')
        throw new CeltraRefusal(400, `filters.${path}: cannot be used for filtering.`);
      this.undocumented.add(`ignored filter ${path}`);
      return () => true;
    }
    const place = Object.hasOwn(parent.children, name) ? parent.children[name] : parent.others;
    if (place === undefined) {
      const hint = parentPath === '' ? '; properties of an output go under "output"' : '';
      throw new CeltraRefusal(400, `filters.${path}: unknown path${hint}.`);
    }
    if (disputedPaths.includes(path)) this.undocumented.add(`filter on ${path}`);
    const condition = this.node(value, place, path, inside);
    return (facts, whole) => condition(isTree(facts) && Object.hasOwn(facts, name) ? facts[name] : undefined, whole);
  }

  /** The values of one array are alternatives. */
  private leaf(values: readonly unknown[], place: FilterField, path: string): Condition {
    this.paths.add(path);
    if (values.length === 0) {
      if (this.rules.emptyLeaf === 'refused')
        throw new CeltraRefusal(400, `filters.${path}: an empty list of accepted values.`);
      this.undocumented.add(`empty list at ${path}`);
      return () => this.rules.emptyLeaf === 'matches all';
    }
    const alternatives = values.map((value) => this.accepted(value, place, path));
    return (facts, whole) => alternatives.some((alternative) => alternative(facts, whole));
  }

  private accepted(value: unknown, place: FilterField, path: string): Condition {
    if (place.kind === 'version') return this.pin(value, path);
    if (isScalar(value)) {
      if (place.kind === 'object' && value !== null)
        throw new CeltraRefusal(400, `filters.${path}: an object is filtered by its parts, or by null.`);
      const asked = this.noteValue(value, path);
      return (facts) => isEqual(facts, asked);
    }
    if (!isTree(value))
      throw new CeltraRefusal(400, `filters.${path}: a value must be a scalar or an object of operators.`);
    const operators = Object.entries(value).map(([name, operand]) => this.operator(name, operand, place, path));
    if (operators.length === 0) throw new CeltraRefusal(400, `filters.${path}: an object without operators.`);
    return (facts, whole) => operators.every((condition) => condition(facts, whole));
  }

  /** The plain object `{ id, contentBlobHash }`, as Celtra's own sample sends it. */
  private pin(value: unknown, path: string): Condition {
    if (!isTree(value) || Object.keys(value).length === 0)
      throw new CeltraRefusal(400, `filters.${path}: { "id", "contentBlobHash" } is required.`);
    const parts = Object.entries(value);
    for (const [name, part] of parts) {
      if (!['id', 'contentBlobHash'].includes(name) || typeof part !== 'string')
        throw new CeltraRefusal(400, `filters.${path}: only texts under "id" and "contentBlobHash" are taken.`);
      if (name === 'id') this.noteValue(part, 'designFile.id');
    }
    return (facts) =>
      Array.isArray(facts) &&
      facts.some((version) => parts.every(([name, part]) => isTree(version) && version[name] === part));
  }

  private operator(name: string, operand: unknown, place: FilterField, path: string): Condition {
    if (typedOperators.includes(name) && this.rules.typedOperators === 'accepted')
      this.undocumented.add(`operator ${name}`);
    else if (!documentedOperators.includes(name))
      throw new CeltraRefusal(400, `filters.${path}: unknown operator "${name}".`);
    if (name === 'object') {
      if (!isTree(operand)) throw new CeltraRefusal(400, `filters.${path}.object: an object is required.`);
      if (place.kind !== 'object') throw new CeltraRefusal(400, `filters.${path}.object: a value has no parts.`);
      return this.node(operand, place, path, true);
    }
    if (name === 'in' || name === 'nin') {
      if (!Array.isArray(operand) || !operand.every(isScalar))
        throw new CeltraRefusal(400, `filters.${path}.${name}: a list is required.`);
      const values = operand.map((value) => readValue(value, path));
      return (facts) => values.some((value) => isEqual(facts, value)) === (name === 'in');
    }
    if (!isScalar(operand)) throw new CeltraRefusal(400, `filters.${path}.${name}: a scalar is required.`);
    if (place.kind === 'object' && operand !== null)
      throw new CeltraRefusal(400, `filters.${path}.${name}: an object is filtered by its parts, or by null.`);
    return comparison(name, name === 'eq' ? this.noteValue(operand, path) : readValue(operand, path));
  }

  /** Reads a value that is compared for equality, and records it if it is an id. */
  private noteValue(value: Scalar, path: string): Scalar {
    if (idPaths.includes(path) && typeof value === 'string') {
      const known = this.ids.get(path) ?? new Set<string>();
      this.ids.set(path, known.add(value));
    }
    return readValue(value, path);
  }
}

function comparison(name: string, operand: Scalar): Condition {
  if (name === 'eq') return (facts) => isEqual(facts, operand);
  if (name === 'neq') return (facts) => !isEqual(facts, operand);
  return (facts) => {
    const order = compare(facts, operand);
    if (order === undefined) return false;
    if (name === 'gt') return order > 0;
    if (name === 'gte') return order >= 0;
    return name === 'lt' ? order < 0 : order <= 0;
  };
}

/**
 * Accepts only the documented forms of a timestamp; a date means its midnight, other forms are unknown
 * (docs/reference/celtra.md#timestamps).
 */
function readValue(value: Scalar, path: string): Scalar {
  if (path !== TIMESTAMP_PATH) return value;
  const time = typeof value === 'string' ? TIMESTAMP.exec(value) : null;
  if (time === null) throw new CeltraRefusal(400, `filters.${path}: a timestamp is written YYYY-MM-DD HH:mm:ss.`);
  return time[1] === undefined ? `${time[0]} 00:00:00` : time[0];
}

function requireObject(place: FilterField): Extract<FilterField, { kind: 'object' }> {
  if (place.kind !== 'object') throw new Error('The root of filters is an object.');
  return place;
}
