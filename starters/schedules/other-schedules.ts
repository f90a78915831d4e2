import type { Client } from '@temporalio/client';

import { summaryScheduleId } from '../../domain/notification/daily-summary';
import { sweepScheduleId } from '../../domain/task/workflow-id';

/** Ids of the sweeps and daily summaries of other studios than these, such as one that the configuration no longer has. */
export async function schedulesOfOthers(client: Client, studios: readonly string[]): Promise<string[]> {
  const own = new Set(studios.flatMap((studio) => [sweepScheduleId(studio), summaryScheduleId(studio)]));
  const prefixes = [sweepScheduleId(''), summaryScheduleId('')];
  const found: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (!own.has(scheduleId) && prefixes.some((prefix) => scheduleId.startsWith(prefix))) found.push(scheduleId);
  }
  return found.sort();
}
