import type { CreativeForceClient, ListedTask, ListingPage } from '../../clients';
import type { StudioConfig } from '../../config';
import type { ContentCreationType } from '../../domain/task/task';
import { CommandError, exitCodes } from '../exit-codes';
import { retryTransient } from '../shared/retry';

/** As many as the sweep reads. */
const MAX_PAGES = 200;

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

/** Every open task that the studio's listings name, all pages; of the workspaces that are served. */
export async function listOpenTasks(
  { name, settings, creativeForce }: ListedStudio,
  signal: AbortSignal,
): Promise<ListedTask[]> {
  const { vendorId, pageSize, editorialListing, workspaces } = settings.creativeForce;
  if (vendorId === undefined) {
    throw new CommandError(
      `Studio ${name} has no vendorId in the configuration, and the listing cannot be read without one. Name a task instead.`,
      exitCodes.wrongUse,
    );
  }
  const flavours: ContentCreationType[] = editorialListing ? ['ecom', 'editorial'] : ['ecom'];
  const found = new Map<string, ListedTask>();
  for (const flavour of flavours) {
    let page: ListingPage | undefined;
    const listed = new Set<string>();
    for (let pageNumber = 1; pageNumber <= MAX_PAGES && page?.isLast !== true; pageNumber += 1) {
      const request = { vendorId, pageNumber, pageSize, flavour, ...(page?.next && { next: page.next }) };
      page = await retryTransient(() => creativeForce.listTasks(request, signal), { signal });
      const isNews = page.unread !== undefined || page.rows.some(({ taskId }) => !listed.has(taskId));
      for (const row of page.rows) {
        listed.add(row.taskId);
        found.set(row.taskId, row);
      }
      // A listing that does not page at all would give the same rows for ever.
      if (!isNews) break;
    }
  }
  const isServed = ({ workspaceId }: ListedTask): boolean =>
    workspaces === undefined || workspaceId === undefined || workspaces.includes(workspaceId);
  return [...found.values()].filter(isServed);
}
