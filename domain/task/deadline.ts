import type { TaskFacts } from './task-facts';
import { formatDuration, formatTime } from '../shared/text';

export interface Deadline {
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: 'task' | 'job' | 'project' | 'service level';
}

/** What is due later is not due: .NET writes the year 9999 where there is no deadline, and no timer of Temporal lasts so long. */
const LATEST_MS = 100 * 365 * 24 * 3_600_000;

/** The earliest known deadline of the next hundred years; `startedAt` and `slaMs` (milliseconds) give the studio's service level. */
export function earliestDeadline(
  { task, job, project }: Pick<TaskFacts, 'task' | 'job' | 'project'>,
  startedAt: number,
  slaMs: number | undefined,
): Deadline | undefined {
  const all: (Deadline | undefined)[] = [
    task.deadline === undefined ? undefined : { at: task.deadline, by: 'task' },
    job?.deadline === undefined ? undefined : { at: job.deadline, by: 'job' },
    project?.deadline === undefined ? undefined : { at: project.deadline, by: 'project' },
    slaMs === undefined ? undefined : { at: startedAt + slaMs, by: 'service level' },
  ];
  return all.reduce(
    (first, one) =>
      one !== undefined && one.at - startedAt < LATEST_MS && (first === undefined || one.at < first.at) ? one : first,
    undefined,
  );
}

/** What people are told of a deadline. `now`: Unix milliseconds; `isCorrection`: the round answers a rejection. */
export function deadlineMessage(
  { at, by }: Deadline,
  { now, isCorrection }: { readonly now: number; readonly isCorrection: boolean },
): string {
  const whose = by === 'service level' ? 'the studio’s service level' : `the ${by}`;
  const due = `Due at ${formatTime(at)} by ${whose}`;
  const nothing = isCorrection ? 'no correction' : 'nothing';
  return now < at
    ? `${due}: ${formatDuration(at - now)} left, and ${nothing} has been submitted yet.`
    : `${due}: the deadline has passed, and ${nothing} was submitted in time.`;
}
