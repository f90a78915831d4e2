import { savedSearchText, savedTaskText, type SavedTaskContent, type Store } from '../../clients';
import { keptFactsKey, keptSearchKey } from '../../domain/plan/kept-plan';
import type { SavedSearch } from '../../domain/plan/plan-saved-task';
import type { TaskReference } from '../../domain/task/task';

/** Keeps what a task is planned from, for people who look at its plan. Nothing waits for it, and a failure is only reported. */
export interface PlanKeeper {
  keepFacts(content: Omit<SavedTaskContent, 'searches'>): void;
  keepSearch(task: Pick<TaskReference, 'studio' | 'taskId'>, search: SavedSearch): void;
  /** Resolves when nothing is left to do. */
  settled(): Promise<void>;
}

/** More creatives of one answer would make files of many megabytes. */
const MOST_OUTPUTS = 1_000;
const MOST_BYTES = 8_000_000;
/** One that waits while many others do would come too late to be of use. */
const MOST_WAITING = 20;
const TIME_LIMIT_MS = 30_000;

/** `store`: the part `plans` of the storage. What is kept of a task is replaced whenever it is read again. */
export function createPlanKeeper(store: Pick<Store, 'put'>, onFailure: (error: unknown) => void): PlanKeeper {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  /** One after the other, so that many tasks at once do not hold many texts in memory. */
  const enqueue = (key: string, text: () => string): void => {
    if (waiting >= MOST_WAITING) return;
    waiting += 1;
    last = last.then(async () => {
      try {
        const bytes = Buffer.from(text());
        if (bytes.byteLength > MOST_BYTES) return;
        const signal = AbortSignal.timeout(TIME_LIMIT_MS);
        await store.put(key, bytes, { contentType: 'application/json', signal, mayBeLost: true });
      } catch (error) {
        onFailure(error);
      } finally {
        waiting -= 1;
      }
    });
  };
  return {
    keepFacts: (content) => {
      const { studio, task } = content.facts;
      enqueue(keptFactsKey({ studio, taskId: task.taskId }), () => savedTaskText({ ...content, searches: [] }));
    },
    keepSearch: (task, { filters, outputs }) => {
      const leftOut = Math.max(0, outputs.length - MOST_OUTPUTS);
      const kept = outputs.slice(0, MOST_OUTPUTS);
      enqueue(keptSearchKey(task, filters), () =>
        savedSearchText({ filters, outputs: kept, ...(leftOut > 0 && { leftOut }) }),
      );
    },
    settled: async () => {
      for (let known; known !== last;) {
        known = last;
        await known;
      }
    },
  };
}

/** Where nothing is kept, as in most tests. */
export const noPlans: PlanKeeper = {
  keepFacts: () => undefined,
  keepSearch: () => undefined,
  settled: () => Promise.resolve(),
};
