import type { Client } from '@temporalio/client';

import type { WaitingTasks } from '../../domain/notification/daily-summary';
import { listQuery, listTasks } from '../tasks/list-tasks';
import { searchAttributes } from '../../workflows/search-attributes';

/** More tasks than any studio has waiting; of more, the newest are counted by cause. */
const MOST_COUNTED = 5_000;

const NEEDS_SOMEBODY = `${searchAttributes.stage.name} IN ('Needs attention', 'Rejected')`;

/** Counts the open tasks of a studio that need somebody, and those that are late, by Temporal's visibility. */
export async function countWaiting(client: Client, studio: string): Promise<WaitingTasks> {
  const { rows } = await listTasks(client, listQuery({ studio, query: NEEDS_SOMEBODY }), MOST_COUNTED);
  const counts = new Map<string, number>();
  for (const { cause = 'no cause' } of rows) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const waiting = [...counts].map(([cause, count]) => ({ cause, count })).sort((one, other) => other.count - one.count);
  const late = await client.workflow.count(listQuery({ studio, overdue: true }));
  return { waiting, late: late.count };
}
