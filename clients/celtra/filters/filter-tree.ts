import type { FilterTree } from '../../../domain/recipe/recipe';

type FilterScalar = string | number | boolean | null;

/** Several operators in one object must all hold (docs/reference/celtra.md#filter-grammar). */
export interface FilterOperators {
  readonly eq?: FilterScalar;
  readonly gt?: FilterScalar;
  readonly gte?: FilterScalar;
  readonly lt?: FilterScalar;
  readonly lte?: FilterScalar;
  /** A sub-tree that one whole sub-object must pass. */
  readonly object?: FilterBranch;
  /**
   * Only in Celtra's types, like `in` and `nin`: refused unless the settings allow it
   * (docs/reference/celtra.md#operators-of-types).
   */
  readonly neq?: FilterScalar;
  readonly in?: readonly [FilterScalar, ...FilterScalar[]];
  readonly nin?: readonly [FilterScalar, ...FilterScalar[]];
}

/** Accepted values, at least one; any of them may hold. */
export type FilterValues = readonly [FilterScalar | FilterOperators, ...(FilterScalar | FilterOperators)[]];

/** Paths of an Output as nested objects; all of them must hold. */
export interface FilterBranch {
  readonly [path: string]: FilterBranch | FilterValues | FilterVersions;
}

type FilterVersions = readonly [FilterVersion, ...FilterVersion[]];

/** One saved version of a design file, as Celtra's own code pins it (docs/reference/celtra.md#version-pins). */
interface FilterVersion {
  readonly id: string;
  readonly contentBlobHash: string;
}

/**
 * Celtra's filters as they are sent (docs/reference/celtra.md#filter-grammar), for code that writes them down. Of three
 * combinations one must be there: `designFile.id` (or `.version`), `folder.id`, or `account.id` with
 * `designFile.lastModificationTimestamp`. A time stamp may also be an instant with a zone (`2026-03-01T00:00:00Z`): it
 * is written as Celtra wants it.
 */
export interface CeltraFilters {
  readonly account?: FilterBranch | FilterValues;
  readonly folder?: FilterBranch | FilterValues;
  readonly designFile?: (FilterBranch & { readonly version?: FilterVersions }) | FilterValues;
  /** Every property of an Output that belongs to none of the other three. */
  readonly output?: FilterBranch;
}

/** What a request may bring: filters written down in code, or a tree from a file. */
export type FilterInput = CeltraFilters | FilterTree;

/** Where the one time stamp stands that can be filtered on (docs/reference/celtra.md#filter-paths). */
export const TIMESTAMP_PATH = 'designFile.lastModificationTimestamp';

/** Whether a part of a tree is an object with parts of its own. */
export function isBranch(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** Paths of a tree as people write them. */
export function formatPath(path: readonly string[]): string {
  return path.join('.');
}
