import { passesFilters } from '../../clients';
import { comparePlans, type TaskChange } from '../../domain/plan/compare-plans';
import { isComplete, outcomeText, type TaskPlan } from '../../domain/plan/make-plan';
import { planSavedTask, type SavedTask } from '../../domain/plan/plan-saved-task';
import type { Recipe } from '../../domain/recipe/recipe';

/** A plan of a saved task is made, or compared with the one that other recipes make. */
export type RecipeJob =
  | { readonly kind: 'plan'; readonly saved: SavedTask; readonly recipes: readonly Recipe[] }
  | {
      readonly kind: 'compare';
      readonly saved: SavedTask;
      readonly before: readonly Recipe[];
      readonly after: readonly Recipe[];
    };

/** What other recipes would change, and how the task would stand then. */
export interface ComparedTask extends Pick<TaskChange, 'title' | 'changes' | 'warnings'> {
  readonly outcome: string;
  readonly isComplete: boolean;
}

/** Pure, but as slow as recipes and texts make it. */
export function doRecipeJob(job: RecipeJob): TaskPlan | ComparedTask {
  if (job.kind === 'plan') return planSavedTask(job.saved, job.recipes, passesFilters);
  const { saved, before, after } = job;
  const plan = planSavedTask(saved, after, passesFilters);
  const { title, changes, warnings } = comparePlans(saved, before, after, passesFilters);
  return { title, changes, warnings, outcome: outcomeText(plan), isComplete: isComplete(plan) };
}
