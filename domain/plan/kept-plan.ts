import { contentHash } from '../shared/content-hash';
import type { FilterTree } from '../recipe/recipe';
import { storedFolder } from '../task/stored-folder';
import type { TaskReference } from '../task/task';

type Task = Pick<TaskReference, 'studio' | 'taskId'>;

const HASH_DIGITS = 24;

/** The key of what was read of a task. */
export function keptFactsKey(task: Task): string {
  return `${storedFolder(task)}facts.json`;
}

/** The key of what Celtra has answered to these filters. */
export function keptSearchKey(task: Task, filters: FilterTree): string {
  return `${storedFolder(task)}search-${contentHash(filters).slice(0, HASH_DIGITS)}.json`;
}
