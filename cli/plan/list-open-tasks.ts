import type { CreativeForceClient, ListedTask } from '../../clients';
import type { StudioConfig } from '../../config';
import { afterPage, listingStart } from '../../domain/sweep/listing-position';
import type { ContentCreationType } from '../../domain/task/task';
import { CommandError, exitCodes } from '../exit-codes';
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
    let position = listingStart;
    while (position.end === undefined) {
      const { pageNumber, next } = position;
      const request = { vendorId, pageNumber, pageSize, flavour, ...(next && { next }) };
      const page = await retryTransient(() => creativeForce.listTasks(request, signal), { signal });
      for (const row of page.rows) found.set(row.taskId, row);
      position = afterPage(position, page);
    }
  }
  const isServed = ({ workspaceId }: ListedTask): boolean =>
    workspaces === undefined || workspaceId === undefined || workspaces.includes(workspaceId);
  return [...found.values()].filter(isServed);
}
