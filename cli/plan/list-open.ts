import type { ListedTask } from '../../clients';
import type { ContentCreationType } from '../../domain/task';
import { persist } from '../celtra/persist';
import { CommandError, exitCodes } from '../exit-codes';
import type { PlanStudio } from './plan-studio';

/** Every open task that the studio's listings name, all pages; of the workspaces that are served. */
export async function listOpen(
  { name, settings, creativeForce }: PlanStudio,
  signal: AbortSignal,
): Promise<ListedTask[]> {
  const { vendorId, pageSize, editorialListing, workspaces } = settings.creativeForce;
  if (vendorId === undefined) {
    throw new CommandError(
      `Studio ${name} has no vendorId in the configuration, and the listing cannot be asked without one. Name a task instead.`,
      exitCodes.wrongUse,
    );
  }
  const flavours: ContentCreationType[] = editorialListing ? ['ecom', 'editorial'] : ['ecom'];
  const found = new Map<string, ListedTask>();
  for (const flavour of flavours) {
    for (let pageNumber = 1, isLast = false; !isLast; pageNumber += 1) {
      const request = { vendorId, pageNumber, pageSize, flavour };
      const page = await persist(() => creativeForce.listTasks(request, signal), { signal });
      for (const row of page.rows) found.set(row.taskId, row);
      isLast = page.isLast;
    }
  }
  const isServed = ({ workspaceId }: ListedTask): boolean =>
    workspaces === undefined || workspaceId === undefined || workspaces.includes(workspaceId);
  return [...found.values()].filter(isServed);
}
