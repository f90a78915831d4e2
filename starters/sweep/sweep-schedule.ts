import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';

import { sweepScheduleId } from '../../domain/task/workflow-id';
import { LISTING_SWEEP } from '../../workflows/listing-sweep/messages';
import type { ListingSweepInput } from '../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { EGRESS_MEMO, taskQueues } from '../../workflows/task-queues';
import { ensureSchedule, removeSchedule } from '../schedules/ensure-schedule';

type ListingSweep = (input: ListingSweepInput) => Promise<unknown>;
type SweepScheduleOptions = ScheduleOptions<ScheduleOptionsStartWorkflowAction<ListingSweep>>;

/** The server's minimum catch-up window. */
const SHORTEST_CATCH_UP_MS = 10_000;

export interface SweepSchedule {
  readonly studio: string;
  /** Whole seconds, as schedules require. */
  readonly everyMs: number;
  /** The network address through which the listing is asked, where there are several. */
  readonly egress?: string | undefined;
}

/** Creates a studio's sweep schedule and triggers it, or updates an existing one; a paused one stays paused. */
export async function ensureSweepSchedule(client: Client, sweep: SweepSchedule): Promise<'created' | 'updated'> {
  const scheduleId = sweepScheduleId(sweep.studio);
  const created = await ensureSchedule(client, { ...sweepScheduleOptions(sweep), scheduleId });
  // Not `triggerImmediately`, because the server ignores that run in its overlap policy.
  await created?.trigger(ScheduleOverlapPolicy.SKIP);
  return created === undefined ? 'updated' : 'created';
}

/** Deletes the schedule of a studio without sweep (no `vendorId`). Returns whether there was one. */
export function removeSweepSchedule(client: Client, studio: string): Promise<boolean> {
  return removeSchedule(client, sweepScheduleId(studio));
}

function sweepScheduleOptions({
  studio,
  everyMs,
  egress,
}: SweepSchedule): Omit<SweepScheduleOptions, 'scheduleId' | 'state'> {
  return {
    spec: { intervals: [{ every: everyMs }] },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      // The next sweep finds whatever a missed one would have found.
      catchupWindow: Math.max(2 * everyMs, SHORTEST_CATCH_UP_MS),
    },
    action: {
      type: 'startWorkflow',
      workflowType: LISTING_SWEEP,
      // Temporal appends the scheduled time.
      workflowId: sweepScheduleId(studio),
      taskQueue: taskQueues.main,
      args: [{ studio }],
      ...(egress !== undefined && { memo: { [EGRESS_MEMO]: egress } }),
      staticSummary: `${studio}: sweep of the Creative Force listing`,
      staticDetails:
        `Pages through the External Post tasks that Creative Force lists for **${studio}** ` +
        'and starts what no webhook has started.',
      typedSearchAttributes: [{ key: searchAttributes.studio, value: studio }],
    },
  };
}
