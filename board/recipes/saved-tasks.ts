import { parseSavedSearch, parseSavedTask, SavedTaskError, type Store } from '../../clients';
import { keptFactsKey } from '../../domain/plan/kept-plan';
import { storedFolder } from '../../domain/task/stored-folder';
import type { SavedTask } from '../../domain/plan/plan-saved-task';
import { outputsWithKeys } from '../../domain/task/expected-output';
import type { TaskReference } from '../../domain/task/task';

/** A task has a search for each recipe and format. */
const MOST_FILES = 50;

/** Reads what workers have kept of a task for planning; nothing when they have kept nothing that can be read. */
export type ReadSavedTask = (task: Pick<TaskReference, 'studio' | 'taskId'>) => Promise<SavedTask | undefined>;

/** `store`: the part `plans` of the storage. Throws StoreError. */
export function savedTaskReader(store: Pick<Store, 'list' | 'get'>): ReadSavedTask {
  return async (task) => {
    const factsKey = keptFactsKey(task);
    const keys: string[] = [];
    for await (const key of store.list(storedFolder(task))) {
      if (key !== factsKey) keys.push(key);
      if (keys.length >= MOST_FILES) break;
    }
    const [facts, ...searches] = await Promise.all([factsKey, ...keys].map((key) => store.get(key)));
    if (facts === undefined) return undefined;
    try {
      const { facts: read, dueKeys, preflight } = parseSavedTask(text(facts));
      return {
        facts: read,
        due: outputsWithKeys(read.task, dueKeys),
        preflight,
        searches: searches.flatMap((bytes) => (bytes === undefined ? [] : (parseSavedSearch(text(bytes)) ?? []))),
      };
    } catch (error) {
      // Another version of extpost has written it; a worker of this version writes it again.
      if (error instanceof SavedTaskError) return undefined;
      throw error;
    }
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
