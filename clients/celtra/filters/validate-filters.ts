import { isRecord, type Fields } from '../../record';
import { ownProperty } from '../../wire-values';
import { isTimestamp, TIMESTAMP_PATH } from './timestamps';

/** The documented operators (docs/reference/celtra.md#filter-grammar), then those of Celtra's types. */
const operators = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'object']);
const undocumentedOperators = new Set(['neq', 'in', 'nin']);
const listOperators = new Set(['in', 'nin']);
const roots = new Set(['account', 'folder', 'designFile', 'output']);

/** Paths that Celtra does not filter on, as far as known (docs/reference/celtra.md#unfilterable-paths). */
const notFilterable = new Set([
  'output.status',
  'output.previewUrl',
  'output.assets',
  'designFile.name',
  'designFile.contentBlobHash',
]);

export interface FilterValidationOptions {
  readonly undocumentedOperators?: boolean | undefined;
}

/** The faults of a filter tree (docs/reference/celtra.md#filter-grammar), as sentences without a full stop. */
export function validateFilters(filters: object, options: FilterValidationOptions = {}): string[] {
  const faults = (Object.entries(filters) as [string, unknown][]).flatMap(([root, node]) => {
    if (!roots.has(root)) {
      return [`filters.${root} is not a place to filter on: use account, folder, designFile or output.${root}`];
    }
    if (isRecord(node)) return [...branchFaults(node, [root], options)];
    const isListOfObjects = Array.isArray(node) && node.length > 0 && node.every(isSubObject);
    if (isListOfObjects && root !== 'output') return [...leafFaults(node, [root], options)];
    return [`filters.${root} must be an object with one of its fields`];
  });
  if (isNarrowEnough(filters)) return faults;
  return [
    ...faults,
    'filters must name designFile.id, or folder.id, or account.id together with designFile.lastModificationTimestamp',
  ];
}

type Path = readonly string[];
type Faults = Generator<string, void, undefined>;

function* branchFaults(branch: Fields, path: Path, options: FilterValidationOptions): Faults {
  const entries = Object.entries(branch);
  if (entries.length === 0) yield `${formatFilterPath(path)} is empty`;
  for (const [key, node] of entries) {
    const here = [...path, key];
    const place = here.join('.');
    if (notFilterable.has(place)) yield `filters.${place} cannot be filtered on`;
    else if (place === 'designFile.output') yield `filters.${place} belongs at the top, as filters.output`;
    else if (Array.isArray(node)) yield* leafFaults(node, here, options);
    else if (isRecord(node)) yield* branchFaults(node, here, options);
    else yield `filters.${place} must be a list of accepted values, also when there is only one`;
  }
}

function* leafFaults(accepted: readonly unknown[], path: Path, options: FilterValidationOptions): Faults {
  if (accepted.length === 0) yield `${formatFilterPath(path)} is an empty list, which Celtra does not explain`;
  for (const [index, value] of accepted.entries()) {
    const place = `${formatFilterPath(path)}[${index}]`;
    if (path.join('.') === 'designFile.version') yield* versionFaults(value, place);
    else if (isRecord(value)) yield* operatorFaults(value, path, place, options);
    else yield* scalarFaults(value, path, place);
  }
}

function* operatorFaults(tests: Fields, path: Path, place: string, options: FilterValidationOptions): Faults {
  const entries = Object.entries(tests);
  if (entries.length === 0) yield `${place} has no operator`;
  for (const [operator, operand] of entries) {
    const isUndocumented = undocumentedOperators.has(operator);
    if (isUndocumented && options.undocumentedOperators !== true) {
      yield `${place} uses the operator ${operator}, which Celtra does not document; use eq, gt, gte, lt or lte, or allow it by celtra.undocumentedOperators`;
    } else if (!isUndocumented && !operators.has(operator)) {
      yield `${place} uses ${operator}, which is not an operator: eq, gt, gte, lt, lte and object are`;
    } else if (listOperators.has(operator)) {
      yield* listFaults(operand, path, `${place}.${operator}`);
    } else if (operator !== 'object') {
      yield* scalarFaults(operand, path, `${place}.${operator}`);
    } else if (isRecord(operand)) {
      yield* branchFaults(operand, path, options);
    } else {
      yield `${place}.object must be an object`;
    }
  }
}

function* listFaults(values: unknown, path: Path, place: string): Faults {
  if (!Array.isArray(values) || values.length === 0) yield `${place} must be a list that is not empty`;
  else for (const [index, value] of values.entries()) yield* scalarFaults(value, path, `${place}[${index}]`);
}

function* scalarFaults(value: unknown, path: Path, place: string): Faults {
  if (!isScalar(value)) {
    yield `${place} must be text, a number, true, false or null`;
  } else if (path.at(-1) === 'id' && (value === null || value === '')) {
    yield `${place} is an empty id`;
  } else if (path.join('.') === TIMESTAMP_PATH && !(typeof value === 'string' && isTimestamp(value))) {
    yield `${place} must be written YYYY-MM-DD HH:mm:ss, or be an instant with its zone`;
  }
}

function* versionFaults(value: unknown, place: string): Faults {
  if (!isRecord(value)) {
    yield `${place} must be an object with id and contentBlobHash`;
    return;
  }
  for (const key of ['id', 'contentBlobHash']) {
    const part = value[key];
    if (typeof part !== 'string' || part === '') yield `${place}.${key} must be text that is not empty`;
  }
}

function isScalar(value: unknown): value is string | number | boolean | null {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function isSubObject(value: unknown): value is { readonly object: unknown } {
  return isRecord(value) && Object.keys(value).length === 1 && 'object' in value;
}

function isNarrowEnough(filters: object): boolean {
  const isNamed = (root: string, field: string): boolean => {
    const node = ownProperty(filters as Fields, root);
    const alternatives = Array.isArray(node)
      ? node.map((each: unknown) => (isSubObject(each) ? each.object : each))
      : [node];
    const isNarrow = (branch: unknown): boolean => {
      const leaf = isRecord(branch) ? ownProperty(branch, field) : undefined;
      return Array.isArray(leaf) && leaf.length > 0;
    };
    // Any of the alternatives may hold, so each must be narrow enough.
    return alternatives.length > 0 && alternatives.every(isNarrow);
  };
  if (isNamed('designFile', 'id') || isNamed('designFile', 'version') || isNamed('folder', 'id')) return true;
  return isNamed('account', 'id') && isNamed('designFile', 'lastModificationTimestamp');
}

function formatFilterPath(path: readonly string[]): string {
  return ['filters', ...path].join('.');
}
