import path from 'node:path';

import { createTimedThreads, type TimedThreadsOptions, TooMuchWorkError } from '../../clients';
import type { TaskPlan } from '../../domain/plan/make-plan';
import type { SavedTask } from '../../domain/plan/plan-saved-task';
import type { Recipe } from '../../domain/recipe/recipe';
import { type ComparedTask, doRecipeJob, type RecipeJob } from './recipe-work';

/** Plans saved tasks. Rejects with TooMuchWorkError when that took too long, or with the signal's reason. */
export interface RecipePlanner {
  plan(studio: string, saved: SavedTask, recipes: readonly Recipe[]): Promise<TaskPlan>;
  compare(
    studio: string,
    saved: SavedTask,
    recipes: { readonly before: readonly Recipe[]; readonly after: readonly Recipe[] },
    signal: AbortSignal,
  ): Promise<ComparedTask>;
  close(): Promise<void>;
}

/** In threads that can be stopped: anybody who may look can write recipes that make any amount of work. */
export function createRecipePlanner(options: Partial<TimedThreadsOptions> = {}): RecipePlanner {
  const threads = createTimedThreads({ program: path.join(__dirname, 'recipe-thread.js'), ...options });
  return {
    ...plannerOf((studio, job, signal) => threads.run(studio, job, signal)),
    close: () => threads.close(),
  };
}

/** On this thread, for tests that run the sources. */
export function planOnThisThread(): RecipePlanner {
  return { ...plannerOf((_studio, job) => Promise.resolve(doRecipeJob(job))), close: () => Promise.resolve() };
}

/** How long all plans of one page may take together. */
export const PLAN_WITHIN_MS = 60_000;

/** The result of planning; or a sentence for people when it was stopped because it took too long. */
export async function unlessTooMuch<Result extends object>(
  work: Promise<Result>,
): Promise<Result | { readonly fault: string }> {
  try {
    return await work;
  } catch (error) {
    const { name, message } = error as Error;
    if (!(error instanceof TooMuchWorkError) && name !== 'TimeoutError') throw error;
    const why = error instanceof TooMuchWorkError ? message : `It was stopped after ${PLAN_WITHIN_MS / 1000} s.`;
    return { fault: `These recipes make too much work. ${why} Make their templates and patterns simpler.` };
  }
}

function plannerOf(
  run: (studio: string, job: RecipeJob, signal?: AbortSignal) => Promise<unknown>,
): Omit<RecipePlanner, 'close'> {
  return {
    plan: async (studio, saved, recipes) => (await run(studio, { kind: 'plan', saved, recipes })) as TaskPlan,
    compare: async (studio, saved, recipes, signal) =>
      (await run(studio, { kind: 'compare', saved, ...recipes }, signal)) as ComparedTask,
  };
}
