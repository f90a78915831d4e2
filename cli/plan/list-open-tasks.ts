import type { CreativeForceClient, ListedTask } from '../../clients';
import type { StudioConfig } from '../../config';
import { afterPage, listingStart } from '../../domain/sweep/listing-position';
import type { UnreadableRows } from '../../domain/sweep/sweep';
import type { ContentCreationType } from '../../domain/task/task';
import { pluralise, summariseList } from '../../domain/shared/text';
import { usageError } from '../exit-codes';
import { retryTransient } from '../shared/retry';

interface ListedStudio {
  readonly name: string;
  readonly settings: {
    readonly creativeForce: Pick<
      StudioConfig['creativeForce'],
      'vendorId' | 'pageSize' | 'editorialListing' | 'workspaces'
    >;
  };
  readonly creativeForce: Pick<CreativeForceClient, 'listTasks'>;
}

export interface OpenTasks {
  readonly tasks: readonly ListedTask[];
  /** Sentences on what the listings have beside these. */
  readonly missing: readonly string[];
}

/** Every open task that the studio's listings name, all pages; of the workspaces that are served. */
export async function listOpenTasks(
  { name, settings, creativeForce }: ListedStudio,
  signal: AbortSignal,
): Promise<OpenTasks> {
  const { vendorId, pageSize, editorialListing, workspaces } = settings.creativeForce;
  if (vendorId === undefined) {
    throw usageError(
      `Studio ${name} has no vendorId in the configuration, and the listing cannot be read without one. Name a task instead.`,
    );
  }
  const flavours: ContentCreationType[] = editorialListing ? ['ecom', 'editorial'] : ['ecom'];
  const found = new Map<string, ListedTask>();
  const missing: string[] = [];
  for (const flavour of flavours) {
    let position = listingStart;
    while (position.end === undefined) {
      const { pageNumber, next } = position;
      const request = { vendorId, pageNumber, pageSize, flavour, ...(next && { next }) };
      const page = await retryTransient(() => creativeForce.listTasks(request, signal), { signal });
      for (const row of page.rows) found.set(row.taskId, row);
      position = afterPage(position, page);
      if (page.unread !== undefined) missing.push(unreadText(pageNumber, page.unread));
    }
    if (position.end === 'given up') missing.push('The listing was not read to its end, so there may be more tasks.');
  }
  const isServed = ({ workspaceId }: ListedTask): boolean =>
    workspaces === undefined || workspaceId === undefined || workspaces.includes(workspaceId);
  return { tasks: [...found.values()].filter(isServed), missing };
}

function unreadText(pageNumber: number, { count, faults }: UnreadableRows): string {
  return (
    `${pluralise(count, 'row')} on page ${pageNumber} of the listing could not be understood (${summariseList(faults, '; ')}), ` +
    'so the open tasks there are missing here.'
  );
}
