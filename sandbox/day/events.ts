import { isGone, type Task } from './model';
import type { DayOptions } from './options';

/**
 * Assigns the day's events to tasks without a defect. These, and the task whose creative comes late, become
 * ready before the others, so that the events do not make the day longer.
 */
export function assignEvents(tasks: readonly Task[], { events }: Pick<DayOptions, 'events'>): Task[] {
  const free = tasks
    .filter(({ defect, announcement }) => defect === undefined && announcement === 'sent')
    .sort((first, second) => first.readyAfterMs - second.readyAfterMs);
  // A rejection of one output needs several outputs; a bypass needs one variant per position.
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

/** Whether the task's first delivery will still be rejected. */
export function awaitsRejection(task: Task, { events }: Pick<DayOptions, 'events'>): boolean {
  return task.event === 'rejection' && events.includes('rejection') && task.rounds.length === 1 && !isGone(task);
}

/** Whether the task's missing creative will still be added. */
export function awaitsCreative({ defect }: Task, { events }: Pick<DayOptions, 'events'>): boolean {
  return defect === 'missing creative' && events.includes('late creative');
}

function hasSeveralOutputs({ shots }: Task): boolean {
  return shots.reduce((sum, { expected }) => sum + expected.length, 0) > 1;
}

function hasNoVariants({ shots }: Task): boolean {
  return shots.every(({ expected }) => expected.length === 1);
}
