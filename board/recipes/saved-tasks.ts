import { parseSavedTask, SavedTaskError } from '../../clients';
import type { SavedTask } from '../../domain/plan/plan-saved-task';
import { outputsWithKeys } from '../../domain/task/expected-output';
import type { TaskReference } from '../../domain/task/task';

type Task = Pick<TaskReference, 'studio' | 'taskId'>;

/** Reads what workers have kept of a task for planning; nothing when they have kept nothing that can be read. */
export type ReadSavedTask = (task: Task) => Promise<SavedTask | undefined>;

/** `readText`: the text that is kept of a task, which a worker has written. */
export function savedTaskReader(readText: (task: Task) => Promise<string | undefined>): ReadSavedTask {
  return async (task) => {
    const text = await readText(task);
    if (text === undefined) return undefined;
    try {
      const { facts, dueKeys, preflight, searches } = parseSavedTask(text);
      return { facts, due: outputsWithKeys(facts.task, dueKeys), preflight, searches };
    } catch (error) {
      if (error instanceof SavedTaskError) return undefined;
      throw error;
    }
  };
}
