import { isGone, type Task } from './model';
import type { DayOptions } from './options';

/** What happens to some tasks of the day by itself, beside their being done. */
export const dayEventKinds = ['rejection', 'late creative', 'bypass'] as const;
export type DayEvent = (typeof dayEventKinds)[number];

/** The event that a task is cast for. A late creative comes to whichever task lacks one. */
export type AssignedEvent = Exclude<DayEvent, 'late creative'>;

/**
 * Gives the day's events to tasks that have nothing else to bear. They, and the task whose creative comes late, become
 * ready before the others, so that what follows does not make the day longer.
 */
export function assignEvents(tasks: readonly Task[], { events }: Pick<DayOptions, 'events'>): Task[] {
  const free = tasks
    .filter(({ trouble, announcement }) => trouble === undefined && announcement === 'sent')
    .sort((first, second) => first.readyAfterMs - second.readyAfterMs);
  // With several outputs only a part comes back; with one variant at each position Creative Force allows a bypass.
  const rejected = events.includes('rejection') ? (free.find(hasSeveralOutputs) ?? free[0]) : undefined;
  const others = free.filter((task) => task !== rejected);
  const bypassed = events.includes('bypass') ? (others.find(hasNoVariants) ?? others[0]) : undefined;
  const late = tasks.find((task) => awaitsCreative(task, { events }));
  const first = others.find((task) => task !== bypassed);
  const swaps = late !== undefined && first !== undefined && first.readyAfterMs < late.readyAfterMs;
  return tasks.map((task) => {
    if (task === rejected) return { ...task, event: 'rejection' };
    if (task === bypassed) return { ...task, event: 'bypass' };
    if (swaps && task === late) return { ...task, readyAfterMs: first.readyAfterMs };
    return swaps && task === first ? { ...task, readyAfterMs: late.readyAfterMs } : task;
  });
}

/** Whether the task's first delivery is still to be rejected. */
export function awaitsRejection(task: Task, { events }: Pick<DayOptions, 'events'>): boolean {
  return task.event === 'rejection' && events.includes('rejection') && task.rounds.length === 1 && !isGone(task);
}

/** Whether the creative that the task lacks is still to come. */
export function awaitsCreative({ trouble }: Task, { events }: Pick<DayOptions, 'events'>): boolean {
  return trouble === 'missing creative' && events.includes('late creative');
}

function hasSeveralOutputs({ shots }: Task): boolean {
  return shots.reduce((sum, { expected }) => sum + expected.length, 0) > 1;
}

function hasNoVariants({ shots }: Task): boolean {
  return shots.every(({ expected }) => expected.length === 1);
}
