import { formatPath, isBranch, TIMESTAMP_PATH } from './filter-tree';
import { isTimestamp } from './timestamps';

/**
 * The operators of the help page (docs/reference/celtra.md#filter-grammar), then those that only Celtra's types know.
 */
const operators = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'object']);
const undocumentedOperators = new Set(['neq', 'in', 'nin']);
const listOperators = new Set(['in', 'nin']);
const roots = new Set(['account', 'folder', 'designFile', 'output']);

/** Paths that Celtra says or seems not to filter on (docs/reference/celtra.md#unfilterable-paths). */
const notFilterable = new Set([
  'output.status',
  'output.previewUrl',
  'output.assets',
  'designFile.name',
  'designFile.contentBlobHash',
]);

export interface FilterValidationOptions {
  /** Whether `neq`, `in` and `nin` may be used. */
  readonly undocumentedOperators?: boolean | undefined;
}

/**
 * What is wrong with a filter tree, in sentences without a full stop, each with its path; empty when it may be sent
 * (docs/reference/celtra.md#filter-grammar).
 */
export function validateFilters(filters: object, rules: FilterValidationOptions = {}): string[] {
  const faults: string[] = [];
  const look = new FilterValidator(rules, faults);
  for (const [root, node] of Object.entries(filters) as [string, unknown][]) {
    if (!roots.has(root)) {
      faults.push(`filters.${root} is not a place to filter on: use account, folder, designFile or output.${root}`);
    } else if (isBranch(node)) {
      look.visitBranch(node, [root]);
    } else if (Array.isArray(node) && root !== 'output' && node.length > 0 && node.every(isSubObject)) {
      look.visitLeaf(node, [root]);
    } else {
      faults.push(`filters.${root} must be an object with one of its fields`);
    }
  }
  if (!isNarrowEnough(filters)) {
    faults.push(
      'filters must name designFile.id, or folder.id, or account.id together with designFile.lastModificationTimestamp',
    );
  }
  return faults;
}

/** Walks a tree and writes down what is wrong with it. */
class FilterValidator {
  constructor(
    private readonly rules: FilterValidationOptions,
    private readonly faults: string[],
  ) {}

  visitBranch(branch: Readonly<Record<string, unknown>>, path: readonly string[]): void {
    const entries = Object.entries(branch);
    if (entries.length === 0) this.faults.push(`${formatFilterPath(path)} is empty`);
    for (const [key, node] of entries) {
      const here = [...path, key];
      const place = formatPath(here);
      if (notFilterable.has(place)) this.faults.push(`${formatFilterPath(here)} cannot be filtered on`);
      else if (place === 'designFile.output')
        this.faults.push(`${formatFilterPath(here)} belongs at the top, as filters.output`);
      else if (Array.isArray(node)) this.visitLeaf(node, here);
      else if (isBranch(node)) this.visitBranch(node, here);
      else this.faults.push(`${formatFilterPath(here)} must be a list of accepted values, also when there is only one`);
    }
  }

  visitLeaf(accepted: readonly unknown[], path: readonly string[]): void {
    if (accepted.length === 0)
      this.faults.push(`${formatFilterPath(path)} is an empty list, which Celtra does not explain`);
    accepted.forEach((value, index) => {
      const here = `${formatFilterPath(path)}[${index}]`;
      if (formatPath(path) === 'designFile.version') this.faults.push(...validateVersion(value, here));
      else if (isBranch(value)) this.visitOperators(value, path, here);
      else this.visitScalar(value, path, here);
    });
  }

  private visitOperators(tests: Readonly<Record<string, unknown>>, path: readonly string[], here: string): void {
    const entries = Object.entries(tests);
    if (entries.length === 0) this.faults.push(`${here} has no operator`);
    for (const [operator, operand] of entries) {
      const isUndocumented = undocumentedOperators.has(operator);
      if (isUndocumented && this.rules.undocumentedOperators !== true) {
        this.faults.push(
          `${here} uses the operator ${operator}, which Celtra does not document; use eq, gt, gte, lt or lte, or allow it by celtra.undocumentedOperators`,
        );
      } else if (!isUndocumented && !operators.has(operator)) {
        this.faults.push(`${here} uses ${operator}, which is not an operator: eq, gt, gte, lt, lte and object are`);
      } else if (listOperators.has(operator)) {
        this.visitList(operand, path, `${here}.${operator}`);
      } else if (operator !== 'object') {
        this.visitScalar(operand, path, `${here}.${operator}`);
      } else if (isBranch(operand)) {
        this.visitBranch(operand, path);
      } else {
        this.faults.push(`${here}.object must be an object`);
      }
    }
  }

  private visitList(values: unknown, path: readonly string[], here: string): void {
    if (!Array.isArray(values) || values.length === 0) this.faults.push(`${here} must be a list that is not empty`);
    else {
      values.forEach((value, index) => {
        this.visitScalar(value, path, `${here}[${index}]`);
      });
    }
  }

  private visitScalar(value: unknown, path: readonly string[], here: string): void {
    if (!isScalar(value)) {
      this.faults.push(`${here} must be text, a number, true, false or null`);
    } else if (path.at(-1) === 'id' && (value === null || value === '')) {
      this.faults.push(`${here} is an empty id`);
    } else if (formatPath(path) === TIMESTAMP_PATH && !(typeof value === 'string' && isTimestamp(value))) {
      this.faults.push(`${here} must be written YYYY-MM-DD HH:mm:ss, or be an instant with its zone`);
    }
  }
}

function isScalar(value: unknown): value is string | number | boolean | null {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function validateVersion(value: unknown, here: string): string[] {
  if (!isBranch(value)) return [`${here} must be an object with id and contentBlobHash`];
  return ['id', 'contentBlobHash'].flatMap((key) => {
    const part = value[key];
    return typeof part === 'string' && part !== '' ? [] : [`${here}.${key} must be text that is not empty`];
  });
}

/** `{ object: … }` and nothing else: one whole sub-object. */
function isSubObject(value: unknown): value is { readonly object: unknown } {
  return isBranch(value) && Object.keys(value).length === 1 && 'object' in value;
}

function isNarrowEnough(filters: object): boolean {
  const named = (root: string, field: string): boolean => {
    const node = Object.entries(filters).find(([key]) => key === root)?.[1] as unknown;
    // Of alternatives each must be narrow enough, because any of them may hold.
    const alternatives = Array.isArray(node)
      ? node.map((each: unknown) => (isSubObject(each) ? each.object : each))
      : [node];
    return (
      alternatives.length > 0 &&
      alternatives.every((branch) => {
        const leaf = isBranch(branch) && Object.hasOwn(branch, field) ? branch[field] : undefined;
        return Array.isArray(leaf) && leaf.length > 0;
      })
    );
  };
  if (named('designFile', 'id') || named('designFile', 'version') || named('folder', 'id')) return true;
  return named('account', 'id') && named('designFile', 'lastModificationTimestamp');
}

function formatFilterPath(path: readonly string[]): string {
  return formatPath(['filters', ...path]);
}
