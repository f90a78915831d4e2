import { counted } from '../domain/words';
import type { ListingSweepInput } from './messages';
import { gatewayRead, sweeping } from './profiles';

/** More pages than any studio has open tasks for; a listing that never ends is a fault of the other side. */
const MOST_PAGES = 200;

/**
 * Pages a studio's listing and starts what is missing, because webhooks can be lost (creative-force.md §7.5). One request
 * an activity, so that the gateway's queue keeps the budget.
 */
export async function listingSweep(
  input: ListingSweepInput,
): Promise<{ listed: number; started: string[]; signalled: string[] }> {
  const { studio } = input;
  const started: string[] = [];
  const signalled: string[] = [];
  const seen = new Set<string>();
  for (let pageNumber = 1; pageNumber <= MOST_PAGES; pageNumber++) {
    const { rows, isLast } = await gatewayRead(studio, `List open tasks, page ${pageNumber}`, 'sweep').listTasks({
      studio,
      pageNumber,
    });
    // A listing that does not page at all would give the same rows for ever.
    const fresh = rows.filter(({ taskId }) => !seen.has(taskId));
    for (const { taskId } of fresh) seen.add(taskId);
    if (fresh.length > 0) {
      const done = await sweeping(`Start what is missing of ${counted(fresh.length, 'task')}`).ensureTasksRun({
        studio,
        rows: fresh,
      });
      started.push(...done.started);
      signalled.push(...done.signalled);
    }
    if (isLast || fresh.length === 0) break;
  }
  return { listed: seen.size, started, signalled };
}
