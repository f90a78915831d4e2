import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import { DAILY_SUMMARY, summaryScheduleId, type DailySummaryInput } from '../../domain/notification/daily-summary';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';
import { ensureSchedule, removeSchedule } from '../schedules/ensure-schedule';

/** A summary that is later than this is not worth sending. */
const CATCH_UP = '6h';

export interface SummarySchedule {
  readonly studio: string;
  /** `07:30`, in `timeZone`. */
  readonly at: string;
  /** Names of weekdays in lower case. */
  readonly days: readonly Weekday[];
  /** IANA name. */
  readonly timeZone: string;
}

type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

/** Creates the schedule of a studio's daily summaries, or updates an existing one; a paused one stays paused. */
export async function ensureSummarySchedule(
  client: Client,
  { studio, at, days, timeZone }: SummarySchedule,
): Promise<'created' | 'updated'> {
  const [hour, minute] = at.split(':').map(Number);
  const created = await ensureSchedule(client, {
    scheduleId: summaryScheduleId(studio),
    spec: {
      calendars: [{ hour: hour ?? 0, minute: minute ?? 0, dayOfWeek: days.map(toUpperCase) }],
      timezone: timeZone,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP },
    action: {
      type: 'startWorkflow',
      workflowType: DAILY_SUMMARY,
      workflowId: summaryScheduleId(studio),
      taskQueue: taskQueues.main,
      args: [{ studio } satisfies DailySummaryInput],
      staticSummary: `${studio}: daily summary`,
      typedSearchAttributes: [{ key: searchAttributes.studio, value: studio }],
    },
  });
  return created === undefined ? 'updated' : 'created';
}

function toUpperCase(day: Weekday): Uppercase<Weekday> {
  return day.toUpperCase() as Uppercase<Weekday>;
}

/** Deletes the schedule of a studio without daily summary. Returns whether there was one. */
export function removeSummarySchedule(client: Client, studio: string): Promise<boolean> {
  return removeSchedule(client, summaryScheduleId(studio));
}
