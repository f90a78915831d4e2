import { recipesToUse, withChosenOutputs, type Decisions } from '../../domain/operator/decisions';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { createExportPlan, type ExportPlan } from '../../domain/plan/export-plan';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { ActivityStudio } from '../runtime/studios';

/** What is to be planned. By keys: a shot stands in the facts already, and one with many outputs would travel once for each. */
export interface PlanRequest {
  readonly facts: TaskFacts;
  readonly dueKeys: readonly string[];
  /** What people decided about recipes and creatives. */
  readonly decisions: Decisions;
}

/** Resolves the recipes of the configuration as it is now, and of what people decided. */
export function resolvePlan({ recipes }: Pick<ActivityStudio, 'recipes'>, request: PlanRequest): ExportPlan {
  const { facts, dueKeys, decisions } = request;
  const keys = new Set(dueKeys);
  const due = expectedOutputs(facts.task).filter(({ expected }) => keys.has(expectedOutputKey(expected)));
  return withChosenOutputs(createExportPlan(facts, due, recipesToUse(recipes, decisions)), decisions);
}
