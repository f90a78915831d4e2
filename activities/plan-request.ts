import { recipesToUse, withChosenOutputs, type Decisions } from '../domain/decisions';
import { expectedOutputKey, expectedOutputs } from '../domain/expected-output';
import { planRound, type Plan } from '../domain/plan';
import type { TaskFacts } from '../domain/recipe-scope';
import type { ActivityStudio } from './studios';

/** What is to be planned. By keys: a shot stands in the facts already, and one with many outputs would travel once for each. */
export interface PlanRequest {
  readonly facts: TaskFacts;
  readonly dueKeys: readonly string[];
  /** What people decided about recipes and creatives. */
  readonly decisions: Decisions;
}

/** Resolves the recipes of the configuration as it is now, and of what people decided. */
export function planFor({ recipes }: Pick<ActivityStudio, 'recipes'>, request: PlanRequest): Plan {
  const { facts, dueKeys, decisions } = request;
  const keys = new Set(dueKeys);
  const due = expectedOutputs(facts.task).filter(({ expected }) => keys.has(expectedOutputKey(expected)));
  return withChosenOutputs(planRound(facts, due, recipesToUse(recipes, decisions)), decisions);
}
