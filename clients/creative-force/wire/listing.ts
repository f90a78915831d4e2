import { z } from 'zod';

import type { ContentCreationType, StepStatus } from '../../../domain/task/task';
import { flag, id, integer, jsonPath, requiredId, text } from '../../wire-values';
import { parseContentCreationType } from './content-creation-type';
import { pageSchema, type Page } from './page';
import { parseStepStatus } from './step-status';

/** One row of the listing: what is not Done (docs/reference/assumptions.md#listing). */
export interface ListedTask {
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  readonly isRejected?: boolean | undefined;
  readonly status: StepStatus;
  readonly statusText: string;
  /** What Creative Force calls `clientId`. */
  readonly workspaceId?: string | undefined;
  readonly jobCode?: string | undefined;
  readonly productCode?: string | undefined;
}

/** A row of a listing; one that does not say its flavour has that of the listing it came from. */
export function listingRowSchema(ofListing: ContentCreationType) {
  return z
    .object({
      taskId: requiredId,
      stepStatusId: integer,
      stepStatusName: text,
      contentCreationTypeId: integer,
      isRejected: flag,
      clientId: id,
      jobCode: text,
      productCode: text,
    })
    .transform((wire): ListedTask => ({
      taskId: wire.taskId,
      contentCreationType: parseContentCreationType(wire.contentCreationTypeId) ?? ofListing,
      isRejected: wire.isRejected,
      workspaceId: wire.clientId,
      ...parseStepStatus(wire.stepStatusId, wire.stepStatusName),
      jobCode: wire.jobCode,
      productCode: wire.productCode,
    }));
}

/** Rows of a listing that say something extpost does not understand: how many, and each fault once, by JSON path. */
export interface UnreadableRows {
  readonly count: number;
  readonly faults: readonly string[];
}

/**
 * A page of the listing without the rows that cannot be understood: one odd task must not hide all others. When no row
 * at all is understood, the page is not.
 */
export function listingPageSchema(ofListing: ContentCreationType) {
  const rowSchema = listingRowSchema(ofListing);
  return pageSchema(z.unknown().transform((value) => rowSchema.safeParse(value))).transform(
    (page, context): Page<ListedTask> & { readonly unread: UnreadableRows; readonly count: number } => {
      const rows = page.rows.flatMap(({ data }) => data ?? []);
      const unread = page.rows.flatMap(({ error }) => error ?? []);
      // A bare list has no head.
      const where = 'pageSize' in page ? ['pageData'] : [];
      const anyRow = `${jsonPath(where)}[*]`;
      const faults = unread.flatMap(({ issues }) =>
        issues.map(({ path, message }) => `${jsonPath(path).replace('$', () => anyRow)}: ${message}`),
      );
      if (rows.length === 0 && unread.length > 0) {
        for (const { path, message } of unread[0]?.issues ?? []) {
          context.addIssue({ code: 'custom', path: [...where, 0, ...path], message });
        }
        return z.NEVER;
      }
      return { ...page, rows, count: page.rows.length, unread: { count: unread.length, faults: [...new Set(faults)] } };
    },
  );
}

/**
 * Whether nothing comes after a page: it is empty, reaches the total, or (when no total is given) is not a full page.
 * One that is longer than was asked comes from a listing that does not page at all.
 */
export function isLastPage(
  page: Omit<Page<unknown>, 'rows'> & { readonly count: number },
  asked: { pageNumber: number; pageSize: number },
): boolean {
  const pageSize = page.pageSize !== undefined && page.pageSize > 0 ? page.pageSize : asked.pageSize;
  if (page.count === 0) return true;
  if (page.totalItemsCount !== undefined) return asked.pageNumber * pageSize >= page.totalItemsCount;
  return page.count !== pageSize;
}
