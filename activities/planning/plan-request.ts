import { recipesToUse, withChosenOutputs, type Decisions } from '../../domain/operator/decisions';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { createExportPlan, type ExportPlan } from '../../domain/plan/export-plan';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { ActivityStudio } from '../runtime/studios';

/** The due outputs are given by their keys, because the facts contain their shots already. */
export interface PlanRequest {
  readonly facts: TaskFacts;
  readonly dueKeys: readonly string[];
  readonly decisions: Decisions;
}

/** Plans with the recipes of the current configuration and the operators' decisions. */
export function resolvePlan({ recipes }: Pick<ActivityStudio, 'recipes'>, request: PlanRequest): ExportPlan {
  const { facts, dueKeys, decisions } = request;
  const keys = new Set(dueKeys);
  const due = expectedOutputs(facts.task).filter(({ expected }) => keys.has(expectedOutputKey(expected)));
  return withChosenOutputs(createExportPlan(facts, due, recipesToUse(recipes, decisions)), decisions);
}
