import { z } from 'zod';

import { integer } from '../../wire-values';

const pageInfoSchema = z
  .object({ pageNumber: integer, pageSize: integer, totalItemsCount: integer })
  .partial()
  .nullish()
  .transform((info) => info ?? {});

export interface Page<T> {
  readonly rows: T[];
  readonly pageSize?: number | undefined;
  readonly totalItemsCount?: number | undefined;
}

/** A page object or a bare list (docs/reference/creative-force.md#paging); an empty body is an empty list. */
export function pageSchema<T>(row: z.ZodType<T>) {
  return z.preprocess(
    // A bare list is a page without a head: so a fault keeps its path, which a union would lose.
    (value) => value ?? { pageData: [] },
    z.unknown().transform((value, context): Page<T> => {
      const isBare = Array.isArray(value);
      const parsed = isBare ? z.array(row).safeParse(value) : pageObject(row).safeParse(value);
      if (!parsed.success) {
        for (const issue of parsed.error.issues) {
          context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
        }
        return z.NEVER;
      }
      return Array.isArray(parsed.data) ? { rows: parsed.data } : parsed.data;
    }),
  );
}

function pageObject<T>(row: z.ZodType<T>) {
  return z
    .object({
      pageInfo: pageInfoSchema,
      pageData: z.preprocess((value) => (value === null ? [] : value), z.array(row)),
    })
    .transform(({ pageInfo, pageData }): Page<T> => ({
      rows: pageData,
      pageSize: pageInfo.pageSize,
      totalItemsCount: pageInfo.totalItemsCount,
    }));
}
