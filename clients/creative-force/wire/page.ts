import { z } from 'zod';

import { addIssues, integer } from '../../wire-values';

export interface Page<T> {
  readonly rows: T[];
  readonly pageSize?: number | undefined;
  readonly totalItemsCount?: number | undefined;
}

/** A page object or a bare list (docs/reference/creative-force.md#paging); an empty body is an empty list. */
export function pageSchema<T>(row: z.ZodType<T>) {
  const bareList = z.array(row).transform((rows): Page<T> => ({ rows }));
  const page = z
    .object({
      pageInfo: z.object({ pageNumber: integer, pageSize: integer, totalItemsCount: integer }).nullish(),
      pageData: z.preprocess((value) => (value === null ? [] : value), z.array(row)),
    })
    .transform(({ pageInfo, pageData }): Page<T> => ({
      rows: pageData,
      pageSize: pageInfo?.pageSize,
      totalItemsCount: pageInfo?.totalItemsCount,
    }));
  return z.unknown().transform((value, context): Page<T> => {
    const body = value ?? [];
    // Not a union, because its issues would lose the path of the value.
    const parsed = (Array.isArray(body) ? bareList : page).safeParse(body);
    if (parsed.success) return parsed.data;
    addIssues(context, parsed.error.issues);
    return z.NEVER;
  });
}

/** The result of a bulk read (docs/reference/creative-force.md#bulk-reads). */
export interface BulkRead<T> {
  readonly found: T[];
  /** Ids that were asked for and not returned: in lower case, in the order asked. */
  readonly missing: string[];
}

/** Pairs ids asked for, each once and in any letter case, with the rows returned; other rows are left out. */
export function toBulkRead<T>(rows: readonly T[], requested: readonly string[], idOf: (row: T) => string): BulkRead<T> {
  const byId = new Map(rows.map((row) => [idOf(row).toLowerCase(), row]));
  const ids = [...new Set(requested.map((id) => id.toLowerCase()))];
  return {
    found: ids.flatMap((id) => byId.get(id) ?? []),
    missing: ids.filter((id) => !byId.has(id)),
  };
}
