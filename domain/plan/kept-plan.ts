import { contentHash } from '../shared/content-hash';
import type { FilterTree } from '../recipe/recipe';
import type { TaskReference } from '../task/task';

type Task = Pick<TaskReference, 'studio' | 'taskId'>;

const HASH_DIGITS = 24;

/** Where what is kept of a task for planning lies, with a slash at the end. */
export function keptPlanFolder({ studio, taskId }: Task): string {
  return `${studio}/${taskId.toLowerCase()}/`;
}

/** The key of what was read of a task. */
export function keptFactsKey(task: Task): string {
  return `${keptPlanFolder(task)}facts.json`;
}

/** The key of what Celtra has answered to these filters. */
export function keptSearchKey(task: Task, filters: FilterTree): string {
  return `${keptPlanFolder(task)}search-${contentHash(filters).slice(0, HASH_DIGITS)}.json`;
}
