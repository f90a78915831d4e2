import type { FilterLeaf, FilterTree } from '../../domain/recipe/recipe';

type Node = FilterTree | readonly FilterLeaf[];
type Operators = Readonly<Record<string, unknown>>;

/** Two filters that Celtra's grammar cannot combine. */
export class IncompatibleFiltersError extends Error {
  override readonly name = 'IncompatibleFiltersError';
}

/** Passes what all pass (docs/reference/celtra.md#filter-grammar). Throws IncompatibleFiltersError. */
export function joinFilters(trees: readonly FilterTree[]): FilterTree {
  return trees.reduce<FilterTree>((joined, tree) => joinTrees(joined, tree, ['filters']), {});
}

function joinTrees(one: FilterTree, other: FilterTree, path: readonly string[]): FilterTree {
  const joined: Record<string, Node> = { ...one };
  for (const [key, node] of Object.entries(other)) {
    const known = Object.hasOwn(joined, key) ? joined[key] : undefined;
    // `defineProperty` also works for a key such as `__proto__`.
    Object.defineProperty(joined, key, {
      value: known === undefined ? node : joinNodes(known, node, [...path, key]),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return joined;
}

function joinNodes(one: Node, other: Node, path: readonly string[]): Node {
  if (isLeaf(one) && isLeaf(other)) return joinLeaves(one, other, path.join('.'));
  if (!isLeaf(one) && !isLeaf(other)) return joinTrees(one, other, path);
  throw new IncompatibleFiltersError(
    `${path.join('.')} is a list in one place and an object in another; write both in the file`,
  );
}

function joinLeaves(one: readonly FilterLeaf[], other: readonly FilterLeaf[], place: string): readonly FilterLeaf[] {
  const pairs = one.flatMap((left) => other.flatMap((right) => intersect(left, right, place)));
  const distinct = [...new Map(pairs.map((value) => [JSON.stringify(value), value])).values()];
  if (distinct.length > 0) return distinct;
  throw new IncompatibleFiltersError(`${place} is filtered twice, and no value satisfies both`);
}

/** The values that satisfy both; none when two plain values differ. */
function intersect(left: FilterLeaf, right: FilterLeaf, place: string): FilterLeaf[] {
  if (JSON.stringify(left) === JSON.stringify(right)) return [left];
  if (!isOperators(left) && !isOperators(right)) return [];
  const [one, other] = [operatorsOf(left), operatorsOf(right)];
  const shared = Object.keys(one).find(
    (key) => key in other && JSON.stringify(one[key]) !== JSON.stringify(other[key]),
  );
  if (shared !== undefined) {
    throw new IncompatibleFiltersError(`${place} has ${shared} in two places with different values; keep one of them`);
  }
  return [{ ...one, ...other }];
}

function operatorsOf(value: FilterLeaf): Operators {
  return isOperators(value) ? value : { eq: value };
}

function isOperators(value: FilterLeaf): value is Operators {
  return typeof value === 'object' && value !== null;
}

function isLeaf(node: Node): node is readonly FilterLeaf[] {
  return Array.isArray(node);
}
