import { z } from 'zod';

import type { ContentCreationType, StepStatus } from '../../domain/task';
import { flag, id, integer, requiredId, text } from '../wire';
import { readContentCreationType } from './content-creation-type';
import type { Page } from './page';
import { readStepStatus } from './step-status';

/** One row of the listing: what is not Done (assumed-wire.md, "Listing"). */
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
export function rowOfListing(ofListing: ContentCreationType) {
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
      contentCreationType: readContentCreationType(wire.contentCreationTypeId) ?? ofListing,
      isRejected: wire.isRejected,
      workspaceId: wire.clientId,
      ...readStepStatus(wire.stepStatusId, wire.stepStatusName),
      jobCode: wire.jobCode,
      productCode: wire.productCode,
    }));
}

/**
 * Whether nothing comes after a page: it is empty, reaches the total, or (when no total is given) is not a full page.
 * One that is longer than was asked comes from a listing that does not page at all.
 */
export function isLastPage(page: Page<unknown>, asked: { pageNumber: number; pageSize: number }): boolean {
  const pageSize = page.pageSize !== undefined && page.pageSize > 0 ? page.pageSize : asked.pageSize;
  if (page.rows.length === 0) return true;
  if (page.totalItemsCount !== undefined) return asked.pageNumber * pageSize >= page.totalItemsCount;
  return page.rows.length !== pageSize;
}
