import type { TaskFacts } from './recipe-scope';
import { timeInWords } from './pace';
import { clockTime } from './words';

/** When a task is due, and who says so. */
export interface Due {
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: 'task' | 'job' | 'project' | 'service level';
}

/** The earliest of all deadlines that are known; `startedAt` and `slaMs` (milliseconds) give the studio's own. */
export function earliestDeadline(
  { task, job, project }: Pick<TaskFacts, 'task' | 'job' | 'project'>,
  startedAt: number,
  slaMs: number | undefined,
): Due | undefined {
  const all: (Due | undefined)[] = [
    task.deadline === undefined ? undefined : { at: task.deadline, by: 'task' },
    job?.deadline === undefined ? undefined : { at: job.deadline, by: 'job' },
    project?.deadline === undefined ? undefined : { at: project.deadline, by: 'project' },
    slaMs === undefined ? undefined : { at: startedAt + slaMs, by: 'service level' },
  ];
  return all.reduce(
    (first, one) => (one !== undefined && (first === undefined || one.at < first.at) ? one : first),
    undefined,
  );
}

/** What people read of a deadline that comes near, or has passed. Unix milliseconds. */
export function deadlineSentence({ at, by }: Due, now: number): string {
  const whose = by === 'service level' ? 'the studio’s service level' : `the ${by}`;
  return now < at
    ? `Due at ${clockTime(at)} by ${whose}: ${timeInWords(at - now)} are left, and nothing has been submitted yet.`
    : `Due at ${clockTime(at)} by ${whose}: that has passed, and nothing has been submitted in time.`;
}
