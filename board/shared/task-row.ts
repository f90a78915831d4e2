import type { TaskSummary } from '../../starters';

/** What visibility knows of a task, also when its stage began and when it is due (ISO 8601). */
export type TaskRow = TaskSummary & {
  readonly stageSince?: string | undefined;
  readonly due?: string | undefined;
  readonly isTryingAgain?: boolean | undefined;
};
