import type { FilterTree } from '../../domain/recipe';

/** The operators of the help page (celtra.md §4.1); Celtra's types know three more, which are not documented. */
const operators = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'object']);
const undocumentedOperators = new Set(['neq', 'in', 'nin']);
const roots = new Set(['account', 'folder', 'designFile', 'output']);

/** Paths that Celtra says or seems not to filter on (celtra.md §4.3, A11). */
const notFilterable = new Set([
  'output.status',
  'output.previewUrl',
  'output.assets',
  'designFile.name',
  'designFile.contentBlobHash',
]);
const timestampPath = 'designFile.lastModificationTimestamp';
const timestamp = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$/;

/**
 * What is wrong with a filter tree, in sentences without a full stop, each with its path; empty when it may be sent
 * (celtra.md §4.1 grammar, §4.2 mandatory combinations, §4.3 paths, §4.4 time).
 */
export function faultsOfFilters(filters: FilterTree): string[] {
  const faults: string[] = [];
  for (const [root, node] of Object.entries(filters)) {
    if (!roots.has(root)) {
      faults.push(`filters.${root} is not a place to filter on: use account, folder, designFile or output.${root}`);
    } else if (!isBranch(node)) {
      faults.push(`filters.${root} must be an object with one of its fields`);
    } else {
      lookAtBranch(node, [root], faults);
    }
  }
  if (!isNarrowEnough(filters)) {
    faults.push(
      'filters must name designFile.id, or folder.id, or account.id together with designFile.lastModificationTimestamp',
    );
  }
  return faults;
}

function lookAtBranch(branch: object, path: readonly string[], faults: string[]): void {
  const entries = Object.entries(branch) as [string, unknown][];
  if (entries.length === 0) faults.push(`${written(path)} is empty`);
  for (const [key, node] of entries) {
    const here = [...path, key];
    const place = here.join('.');
    if (notFilterable.has(place)) faults.push(`${written(here)} cannot be filtered on`);
    else if (Array.isArray(node)) lookAtLeaf(node, here, faults);
    else if (isBranch(node)) lookAtBranch(node, here, faults);
    else faults.push(`${written(here)} must be a list of accepted values, also when there is only one`);
  }
}

function lookAtLeaf(accepted: readonly unknown[], path: readonly string[], faults: string[]): void {
  if (accepted.length === 0) faults.push(`${written(path)} is an empty list, which Celtra does not explain`);
  accepted.forEach((value, index) => {
    const here = `${written(path)}[${index}]`;
    if (path.join('.') === 'designFile.version') faults.push(...faultsOfVersion(value, here));
    else if (isBranch(value)) lookAtOperators(value, path, here, faults);
    else lookAtScalar(value, path, here, faults);
  });
}

function lookAtOperators(tests: object, path: readonly string[], here: string, faults: string[]): void {
  const entries = Object.entries(tests) as [string, unknown][];
  if (entries.length === 0) faults.push(`${here} has no operator`);
  for (const [operator, operand] of entries) {
    if (undocumentedOperators.has(operator)) {
      faults.push(`${here} uses the operator ${operator}, which Celtra does not document; use eq, gt, gte, lt or lte`);
    } else if (!operators.has(operator)) {
      faults.push(`${here} uses ${operator}, which is not an operator: eq, gt, gte, lt, lte and object are`);
    } else if (operator !== 'object') {
      lookAtScalar(operand, path, `${here}.${operator}`, faults);
    } else if (isBranch(operand)) {
      lookAtBranch(operand, path, faults);
    } else {
      faults.push(`${here}.object must be an object`);
    }
  }
}

function lookAtScalar(value: unknown, path: readonly string[], here: string, faults: string[]): void {
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
    faults.push(`${here} must be text, a number, true, false or null`);
  } else if (path.at(-1) === 'id' && (value === null || value === '')) {
    faults.push(`${here} is an empty id`);
  } else if (path.join('.') === timestampPath && !(typeof value === 'string' && timestamp.test(value))) {
    faults.push(`${here} must be written YYYY-MM-DD HH:mm:ss, without a zone`);
  }
}

function faultsOfVersion(value: unknown, here: string): string[] {
  if (!isBranch(value)) return [`${here} must be an object with id and contentBlobHash`];
  return ['id', 'contentBlobHash'].flatMap((key) => {
    const part = (value as Record<string, unknown>)[key];
    return typeof part === 'string' && part !== '' ? [] : [`${here}.${key} must be text that is not empty`];
  });
}

function isNarrowEnough(filters: FilterTree): boolean {
  const has = (root: string, field: string) => {
    const branch = filters[root];
    if (!isBranch(branch)) return false;
    const leaf = (branch as FilterTree)[field];
    return Array.isArray(leaf) && leaf.length > 0;
  };
  if (has('designFile', 'id') || has('designFile', 'version') || has('folder', 'id')) return true;
  // `designFile: [{ object: … }]` is only in Celtra's types, so it does not count.
  return has('account', 'id') && has('designFile', 'lastModificationTimestamp');
}

function isBranch(node: unknown): node is object {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function written(path: readonly string[]): string {
  return ['filters', ...path].join('.');
}
