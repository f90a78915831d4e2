/** Celtra refuses the request; the message goes into the `error` key of the answer. */
export class CeltraRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Scalar = string | number | boolean | null;

/** A node of the filter tree that can be asked of a candidate's facts (celtra.md §4.1). */
type Condition = (facts: unknown) => boolean;

export interface ParsedFilters {
  readonly matches: Condition;
  /** A `designFile.version` pin is present, so old versions are candidates too. */
  readonly pinsVersion: boolean;
  /** What was used though no help page promises that it works. */
  readonly oddities: readonly string[];
}

const known: Readonly<Record<string, readonly string[]>> = {
  account: ['id', 'name'],
  folder: ['id', 'name', 'customAttributesByName'],
  designFile: [
    'id',
    'name',
    'lastModificationTimestamp',
    'contentBlobHash',
    'customAttributesByName',
    'version',
    'output',
  ],
  output: [
    'id',
    'name',
    'customLayoutDimensions',
    'contentDimensions',
    'mediaLineItemAttributes',
    'customLayoutDimensionsByName',
    'contentDimensionsByName',
    'mediaLineItemAttributesByName',
    'contentAttributesByName',
    'activation',
    'mediaLineItem',
  ],
};
const unfilterable = new Set(['output.status', 'output.previewUrl', 'output.assets']);
const documentedOperators = ['eq', 'gt', 'gte', 'lt', 'lte', 'object'];
const typedOperators = ['neq', 'in', 'nin'];
const TIMESTAMP_PATH = 'designFile.lastModificationTimestamp';
const TIMESTAMP = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/;

/** Reads `filters` of an export request; refuses with 400 what the grammar does not allow. */
export function parseFilters(filters: unknown): ParsedFilters {
  if (!isTree(filters)) throw new CeltraRefusal(400, 'filters: an object is required.');
  const oddities: string[] = [];
  const paths = new Set<string>();
  const conditions: Condition[] = [];
  for (const [root, branch] of Object.entries(filters)) {
    const children = known[root];
    if (children === undefined)
      throw new CeltraRefusal(400, `filters.${root}: unknown; properties of an output go under "output".`);
    if (Array.isArray(branch)) {
      conditions.push(at([root], leaf(branch, root, oddities, paths)));
      continue;
    }
    if (!isTree(branch)) throw new CeltraRefusal(400, `filters.${root}: an object is required.`);
    for (const [name, value] of Object.entries(branch)) {
      if (unfilterable.has(`${root}.${name}`))
        throw new CeltraRefusal(400, `filters.${root}.${name}: cannot be used for filtering.`);
      if (!children.includes(name)) throw new CeltraRefusal(400, `filters.${root}.${name}: unknown path.`);
      if (root === 'designFile' && name === 'output') {
        oddities.push('output under designFile');
        const nested = parseFilters({ output: value });
        oddities.push(...nested.oddities);
        conditions.push(nested.matches);
        continue;
      }
      conditions.push(at([root, name], node(value, `${root}.${name}`, oddities, paths)));
    }
  }
  return {
    matches: (facts) => conditions.every((condition) => condition(facts)),
    pinsVersion: paths.has('designFile.version'),
    oddities,
  };
}

/** One of the documented combinations must be there, or a version pin (celtra.md §4.2). */
export function requireScope(filters: unknown): void {
  const has = (root: string, name: string): boolean => {
    const branch = isTree(filters) ? filters[root] : undefined;
    if (Array.isArray(branch)) return branch.length > 0;
    return isTree(branch) && branch[name] !== undefined;
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

function node(value: unknown, path: string, oddities: string[], paths: Set<string>): Condition {
  if (Array.isArray(value)) return leaf(value, path, oddities, paths);
  if (isTree(value)) {
    const conditions = Object.entries(value).map(([name, child]) =>
      at([name], node(child, `${path}.${name}`, oddities, paths)),
    );
    return (facts) => conditions.every((condition) => condition(facts));
  }
  oddities.push(`bare value at ${path}`);
  return leaf([value], path, oddities, paths);
}

/** The values of one array are alternatives. */
function leaf(values: readonly unknown[], path: string, oddities: string[], paths: Set<string>): Condition {
  if (values.length === 0) throw new CeltraRefusal(400, `filters.${path}: an empty list of accepted values.`);
  paths.add(path);
  const alternatives = values.map((value) => accepted(value, path, oddities, paths));
  return (facts) => alternatives.some((alternative) => alternative(facts));
}

function accepted(value: unknown, path: string, oddities: string[], paths: Set<string>): Condition {
  if (isScalar(value)) {
    checkTimestamp(value, path);
    return (facts) => isEqual(facts, value);
  }
  if (!isTree(value))
    throw new CeltraRefusal(400, `filters.${path}: a value must be a scalar or an object of operators.`);
  if (path === 'designFile.version') {
    const pin = Object.entries(value);
    return (facts) =>
      Array.isArray(facts) &&
      facts.some((version) => pin.every(([name, part]) => isTree(version) && version[name] === part));
  }
  const operators = Object.entries(value).map(([name, operand]) => operator(name, operand, path, oddities, paths));
  if (operators.length === 0) throw new CeltraRefusal(400, `filters.${path}: an object without operators.`);
  return (facts) => operators.every((condition) => condition(facts));
}

function operator(name: string, operand: unknown, path: string, oddities: string[], paths: Set<string>): Condition {
  if (typedOperators.includes(name)) oddities.push(`operator ${name}`);
  else if (!documentedOperators.includes(name))
    throw new CeltraRefusal(400, `filters.${path}: unknown operator "${name}".`);
  if (name === 'object') {
    if (!isTree(operand)) throw new CeltraRefusal(400, `filters.${path}.object: an object is required.`);
    // Inside a sub-object a plain value means equality, so it is no oddity there.
    return node(operand, path, [], paths);
  }
  if (name === 'in' || name === 'nin') {
    if (!Array.isArray(operand) || !operand.every(isScalar))
      throw new CeltraRefusal(400, `filters.${path}.${name}: a list is required.`);
    const isIn: Condition = (facts) => operand.some((value) => isEqual(facts, value));
    return name === 'in' ? isIn : (facts) => !isIn(facts);
  }
  if (!isScalar(operand)) throw new CeltraRefusal(400, `filters.${path}.${name}: a scalar is required.`);
  checkTimestamp(operand, path);
  switch (name) {
    case 'eq':
      return (facts) => isEqual(facts, operand);
    case 'neq':
      return (facts) => !isEqual(facts, operand);
    default:
      return (facts) => {
        const order = compare(facts, operand);
        if (order === undefined) return false;
        if (name === 'gt') return order > 0;
        if (name === 'gte') return order >= 0;
        return name === 'lt' ? order < 0 : order <= 0;
      };
  }
}

/** Only the printed form is taken; what others do is unknown (celtra.md §4.4). */
function checkTimestamp(value: Scalar, path: string): void {
  if (path === TIMESTAMP_PATH && !(typeof value === 'string' && TIMESTAMP.test(value))) {
    throw new CeltraRefusal(400, `filters.${path}: a timestamp is written YYYY-MM-DD HH:mm:ss.`);
  }
}

function at(path: readonly string[], condition: Condition): Condition {
  return (facts) => {
    let value = facts;
    for (const name of path) value = isTree(value) ? value[name] : undefined;
    return condition(value);
  };
}

function isEqual(facts: unknown, value: Scalar): boolean {
  return value === null ? facts === null || facts === undefined : facts === value;
}

/** Texts compare as texts, numbers as numbers; a date without a time is midnight that way. */
function compare(facts: unknown, value: Scalar): number | undefined {
  if (typeof facts === 'string' && typeof value === 'string') return facts < value ? -1 : facts > value ? 1 : 0;
  return typeof facts === 'number' && typeof value === 'number' ? facts - value : undefined;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
