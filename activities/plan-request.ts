import { nothingDecided, recipesToUse, withChosenOutputs, type Decisions } from '../domain/decisions';
import { expectedOutputKey, expectedOutputs, type ShotOutput } from '../domain/expected-output';
import { planRound, type Plan } from '../domain/plan';
import type { TaskFacts } from '../domain/recipe-scope';
import type { ActivityStudio } from './studios';

/** What is to be planned. By keys: a shot stands in the facts already, and one with many outputs would travel once for each. */
export interface PlanRequest {
  readonly facts: TaskFacts;
  readonly dueKeys?: readonly string[] | undefined;
  /** What people decided about recipes and creatives. */
  readonly decisions?: Decisions | undefined;
  /** As tasks that began in 0.1.0 say it. */
  readonly due?: readonly ShotOutput[] | undefined;
}

/** Resolves the recipes of the configuration as it is now, and of what people decided. */
export function planFor({ recipes }: Pick<ActivityStudio, 'recipes'>, request: PlanRequest): Plan {
  const { facts, decisions = nothingDecided } = request;
  return withChosenOutputs(planRound(facts, dueOf(request), recipesToUse(recipes, decisions)), decisions);
}

function dueOf({ facts, due, dueKeys = [] }: PlanRequest): readonly ShotOutput[] {
  const keys = new Set(dueKeys);
  return due ?? expectedOutputs(facts.task).filter(({ expected }) => keys.has(expectedOutputKey(expected)));
}
