import path from 'node:path';

import { createTimedThreads, type TimedThreadsOptions, TooMuchWorkError } from '../../clients';
import type { TaskPlan } from '../../domain/plan/make-plan';
import type { SavedTask } from '../../domain/plan/plan-saved-task';
import type { Recipe } from '../../domain/recipe/recipe';
import { type ComparedTask, doRecipeJob, type RecipeJob } from './recipe-work';

/** In threads that can be stopped: anybody who may look can write recipes that make any amount of work. */
export function createRecipePlanner(options: Partial<TimedThreadsOptions> = {}): RecipePlanner {
  const threads = createTimedThreads({ program: path.join(__dirname, 'recipe-thread.js'), ...options });
  return plannerOf(
    (studio, job, signal) => threads.run(studio, job, signal),
    () => threads.close(),
  );
}

/** On this thread, for tests that run the sources. */
export function planOnThisThread(): RecipePlanner {
  return plannerOf(
    (_studio, job) => Promise.resolve(doRecipeJob(job)),
    () => Promise.resolve(),
  );
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

/** Plans saved tasks. Rejects with TooMuchWorkError when that took too long, or with the signal's reason. */
function plannerOf(
  run: (studio: string, job: RecipeJob, signal?: AbortSignal) => Promise<unknown>,
  close: () => Promise<void>,
) {
  return {
    plan: async (studio: string, saved: SavedTask, recipes: readonly Recipe[]) =>
      (await run(studio, { kind: 'plan', saved, recipes })) as TaskPlan,
    compare: async (
      studio: string,
      saved: SavedTask,
      recipes: { readonly before: readonly Recipe[]; readonly after: readonly Recipe[] },
      signal: AbortSignal,
    ) => (await run(studio, { kind: 'compare', saved, ...recipes }, signal)) as ComparedTask,
    close,
  };
}

export type RecipePlanner = ReturnType<typeof plannerOf>;
