import { isGone, type Task } from './model';
import type { AssignedEvent, DayOptions } from './options';

/** Events in the order in which tasks are assigned to them, and the tasks that they need. */
const wanted: readonly { readonly event: AssignedEvent; readonly prefers: (task: Task) => boolean }[] = [
  // A rejection of one output needs several outputs; a bypass needs one variant per position.
  { event: 'rejection', prefers: hasSeveralOutputs },
  { event: 'bypass', prefers: hasNoVariants },
  { event: 'late rejection', prefers: hasSeveralOutputs },
  { event: 'uncorrected rejection', prefers: hasSeveralOutputs },
  { event: 'reset', prefers: () => true },
  { event: 'late reset', prefers: () => true },
  { event: 'deletion', prefers: () => true },
];

/**
 * Assigns the day's events to tasks without a defect. These, and the task whose creative comes late, become
 * ready before the others, so that the events do not make the day longer.
 */
export function assignEvents(
  tasks: readonly Task[],
  { events, eventTasks }: Pick<DayOptions, 'events' | 'eventTasks'>,
): Task[] {
  const free = tasks
    .filter(({ defect, announcement }) => defect === undefined && announcement === 'sent')
    .sort((first, second) => first.readyAfterMs - second.readyAfterMs);
  const roles = new Map<Task, AssignedEvent>();
  // All events have their first task before one of them has its second.
  for (let round = 0; round < eventTasks; round += 1) {
    for (const { event, prefers } of wanted.filter((one) => events.includes(one.event))) {
      const others = free.filter((task) => !roles.has(task));
      const task = others.find(prefers) ?? others[0];
      if (task !== undefined) roles.set(task, event);
    }
  }
  const rejections = [...roles].flatMap(([task, event]) => (isRejection(event) ? [task] : []));
  const isInTheWay = (task: Task): boolean => !['rejection', 'bypass'].includes(roles.get(task) ?? '');
  const late = tasks.find((task) => awaitsCreative(task, { events }));
  const first = free.find(isInTheWay);
  const swaps = late !== undefined && first !== undefined && first.readyAfterMs < late.readyAfterMs;
  return tasks.map((task) => ({
    ...task,
    event: roles.get(task),
    rejectionTurn: rejections.includes(task) ? rejections.indexOf(task) : undefined,
    ...(swaps && task === late && { readyAfterMs: first.readyAfterMs }),
    ...(swaps && task === first && { readyAfterMs: late.readyAfterMs }),
  }));
}

/** Whether the event rejects what was delivered. */
export function isRejection(event: AssignedEvent): boolean {
  return event === 'rejection' || event === 'late rejection' || event === 'uncorrected rejection';
}

/** What will still happen to the task's first delivery: before it would be Done, or some time after that. */
export function pendingVerdict(
  task: Task,
  { events }: Pick<DayOptions, 'events'>,
): { readonly event: AssignedEvent; readonly isLate: boolean } | undefined {
  const { event, rounds } = task;
  if (event === undefined || !events.includes(event) || rounds.length !== 1 || isGone(task)) return undefined;
  if (event === 'bypass' || event === 'deletion') return undefined;
  return { event, isLate: event === 'late rejection' || event === 'late reset' };
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
