import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';

import { sweepScheduleId } from '../../domain/task/workflow-id';
import { LISTING_SWEEP } from '../../workflows/messages';
import type { ListingSweepInput } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';

type ListingSweep = (input: ListingSweepInput) => Promise<unknown>;
type SweepScheduleOptions = ScheduleOptions<ScheduleOptionsStartWorkflowAction<ListingSweep>>;

/** The server takes no shorter catch-up than this. */
const SHORTEST_CATCH_UP_MS = 10_000;

/** Which studio's listing is swept, and how often, in milliseconds (whole seconds: Temporal's schedules know no less). */
export interface SweepSchedule {
  readonly studio: string;
  readonly everyMs: number;
}

/**
 * Creates a studio's sweep, which then runs at once, or brings an existing one up to date; safe to repeat.
 * A sweep that a person paused stays paused.
 */
export async function ensureSweepSchedule(client: Client, sweep: SweepSchedule): Promise<'created' | 'updated'> {
  const scheduleId = sweepScheduleId(sweep.studio);
  const options = sweepScheduleOptions(sweep);
  try {
    const handle = await client.schedule.create<ListingSweep>({ ...options, scheduleId });
    // Not `triggerImmediately`: the server does not count that run when it looks for an overlap.
    await handle.trigger(ScheduleOverlapPolicy.SKIP);
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = client.schedule.getHandle(scheduleId);
  await handle.update<ListingSweep>(({ state }) => ({ ...options, state }));
  return 'updated';
}

/** Takes away the sweep of a studio that is not to be swept (no `vendorId`). Says whether there was one. */
export async function removeSweepSchedule(client: Client, studio: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(sweepScheduleId(studio)).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/**
 * Sweeps a studio's listing now. When a sweep is under way another one follows it, since the listing may have changed
 * behind its back. Throws a {@link ScheduleNotFoundError} with advice when the studio has no sweep.
 */
export async function triggerSweep(client: Client, studio: string): Promise<void> {
  const scheduleId = sweepScheduleId(studio);
  try {
    await client.schedule.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new ScheduleNotFoundError(
      `Studio "${studio}" has no sweep: either it has no vendorId in extpost.yaml, or no worker has set the sweep up yet. ` +
        'Set creativeForce.vendorId and start extpost once.',
      scheduleId,
    );
  }
}

function sweepScheduleOptions({ studio, everyMs }: SweepSchedule): Omit<SweepScheduleOptions, 'scheduleId' | 'state'> {
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
      // Temporal appends the time of the run.
      workflowId: sweepScheduleId(studio),
      taskQueue: taskQueues.main,
      args: [{ studio }],
      staticSummary: `${studio}: sweep of the Creative Force listing`,
      staticDetails:
        `Pages through the External Post tasks that Creative Force lists for **${studio}** ` +
        'and starts what no webhook has started.',
      typedSearchAttributes: [{ key: searchAttributes.studio, value: studio }],
    },
  };
}
