import type { FilterTree } from '../../../domain/recipe/recipe';

type FilterScalar = string | number | boolean | null;

/** Several operators in one object must all hold (docs/reference/celtra.md#filter-grammar). */
export interface FilterOperators {
  readonly eq?: FilterScalar;
  readonly gt?: FilterScalar;
  readonly gte?: FilterScalar;
  readonly lt?: FilterScalar;
  readonly lte?: FilterScalar;
  /** Conditions that one sub-object must satisfy together. */
  readonly object?: FilterBranch;
  /** Like `in` and `nin`, refused unless allowed (docs/reference/celtra.md#operators-of-types). */
  readonly neq?: FilterScalar;
  readonly in?: readonly [FilterScalar, ...FilterScalar[]];
  readonly nin?: readonly [FilterScalar, ...FilterScalar[]];
}

/** Accepted values, of which any may hold. */
export type FilterValues = readonly [FilterScalar | FilterOperators, ...(FilterScalar | FilterOperators)[]];

/** Paths of an Output as nested objects, all of which must hold. */
export interface FilterBranch {
  readonly [path: string]: FilterBranch | FilterValues | FilterVersions;
}

type FilterVersions = readonly [FilterVersion, ...FilterVersion[]];

/** A saved version of a design file (docs/reference/celtra.md#version-pins). */
interface FilterVersion {
  readonly id: string;
  readonly contentBlobHash: string;
}

/** Typed for code (docs/reference/celtra.md#filter-grammar). Instants with a zone are converted to Celtra's form. */
export interface CeltraFilters {
  readonly account?: FilterBranch | FilterValues;
  readonly folder?: FilterBranch | FilterValues;
  readonly designFile?: (FilterBranch & { readonly version?: FilterVersions }) | FilterValues;
  /** Every field of an Output outside the other three. */
  readonly output?: FilterBranch;
}

export type FilterInput = CeltraFilters | FilterTree;
