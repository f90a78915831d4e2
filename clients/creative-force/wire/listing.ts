import { z } from 'zod';

import type { UnreadableRows } from '../../../domain/sweep/sweep';
import type { ContentCreationType, StepStatus } from '../../../domain/task/task';
import { addIssues, flag, id, integerOrName, jsonPath, requiredId, text } from '../../wire-values';
import { parseContentCreationType, parseStepStatus, withSynonyms, type RejectedStatuses } from './fields';
import { pageSchema, type Page } from './page';
import { withTaskNames } from './task';

/** One row of the listing: a task that is not Done (docs/reference/assumptions.md#listing). */
export interface ListedTask {
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** Whether the row does not state its flavour; in a listing of its own an editorial row need not. */
  readonly isFlavourGuessed?: true | undefined;
  readonly isRejected?: boolean | undefined;
  readonly status: StepStatus;
  readonly statusText: string;
  readonly workspaceId?: string | undefined;
  readonly jobCode?: string | undefined;
  readonly productCode?: string | undefined;
}

/** A row as an object with the documented names; a bare id is one, too. */
function toRow(value: unknown): unknown {
  const row = typeof value === 'string' ? { taskId: value } : value;
  return withSynonyms(withTaskNames(row), { isRejected: ['rejected'] });
}

/** A row of a listing. `flavour` is that of the listing, for rows that do not state their own. */
export function listingRowSchema(flavour: ContentCreationType, rejected?: RejectedStatuses) {
  const fields = z.object({
    taskId: requiredId,
    stepStatusId: integerOrName,
    stepStatusName: text,
    contentCreationTypeId: integerOrName,
    isRejected: flag,
    clientId: id,
    jobCode: text,
    productCode: text,
  });
  return z.preprocess(toRow, fields).transform((wire): ListedTask => ({
    taskId: wire.taskId,
    ...toFlavour(parseContentCreationType(wire.contentCreationTypeId), flavour),
    isRejected: wire.isRejected,
    workspaceId: wire.clientId,
    ...parseStepStatus(wire.stepStatusId, wire.stepStatusName, rejected),
    jobCode: wire.jobCode,
    productCode: wire.productCode,
  }));
}

function toFlavour(
  stated: ContentCreationType | undefined,
  ofListing: ContentCreationType,
): Pick<ListedTask, 'contentCreationType' | 'isFlavourGuessed'> {
  const isGuessed = stated === undefined && ofListing === 'ecom';
  return { contentCreationType: stated ?? ofListing, ...(isGuessed && { isFlavourGuessed: true as const }) };
}

export interface ParsedListing extends Page<ListedTask> {
  readonly unread: UnreadableRows;
  readonly count: number;
}

/**
 * A page of the listing without its unreadable rows: one odd task must not hide all others. Of the first page it fails if no row
 * is readable, because the listing is then probably of another form.
 */
export function listingPageSchema(flavour: ContentCreationType, isFirst: boolean, rejected?: RejectedStatuses) {
  const rowSchema = listingRowSchema(flavour, rejected);
  return pageSchema(z.unknown().transform((value) => rowSchema.safeParse(value))).transform(
    (page, context): ParsedListing => {
      const rows = page.rows.flatMap(({ data }) => data ?? []);
      const errors = page.rows.flatMap(({ error }) => error ?? []);
      const path = 'pageSize' in page ? ['pageData'] : [];
      if (isFirst && rows.length === 0 && errors[0] !== undefined) {
        addIssues(context, errors[0].issues, [...path, 0]);
        return z.NEVER;
      }
      const anyRow = `${jsonPath(path)}[*]`;
      const faults = errors.flatMap(({ issues }) =>
        issues.map((issue) => `${jsonPath(issue.path).replace('$', () => anyRow)}: ${issue.message}`),
      );
      return { ...page, rows, count: page.rows.length, unread: { count: errors.length, faults: [...new Set(faults)] } };
    },
  );
}

/** Whether no page follows. A page longer than was asked for comes from a listing that does not page. */
export function isLastPage(
  page: Pick<ParsedListing, 'pageSize' | 'totalItemsCount' | 'hasNext' | 'count'>,
  request: { pageNumber: number; pageSize: number },
): boolean {
  const pageSize = page.pageSize !== undefined && page.pageSize > 0 ? page.pageSize : request.pageSize;
  if (page.count === 0) return true;
  if (page.hasNext !== undefined) return !page.hasNext;
  if (page.totalItemsCount !== undefined) return request.pageNumber * pageSize >= page.totalItemsCount;
  return page.count !== pageSize;
}
