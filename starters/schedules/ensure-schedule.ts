import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { Client, ScheduleHandle, ScheduleOptions } from '@temporalio/client';

/** Creates a schedule and returns its handle, or updates an existing one and returns nothing; a paused one stays paused. */
export async function ensureSchedule(
  client: Client,
  options: Omit<ScheduleOptions, 'state'>,
): Promise<ScheduleHandle | undefined> {
  try {
    return await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const { scheduleId, ...rest } = options;
  await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...rest, state }));
  return undefined;
}

/** Deletes a schedule. Returns whether there was one. */
export async function removeSchedule(client: Client, scheduleId: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
