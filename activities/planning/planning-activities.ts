import { recipesToUse, type Decisions } from '../../domain/operator/decisions';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { createExportPlan, type ExportPlan } from '../../domain/plan/export-plan';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { SettingsReading } from '../../domain/task/studio-settings';
import { currentRunId } from '../runtime/current-run';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type ActivityStudio, type Studios } from '../runtime/studios';

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
  return createExportPlan(facts, due, recipesToUse(recipes, decisions), decisions.outputs);
}

/** Short work without calls, as activities so that a later configuration does not affect a running task. */
export function createPlanningActivities(studios: Studios) {
  return {
    readStudioSettings: (request: { studio: string }): Promise<SettingsReading> =>
      runActivity(() => {
        const { settings } = getStudio(studios, request.studio);
        return Promise.resolve({ settings, runId: currentRunId() });
      }),

    resolveRecipes: (request: PlanRequest): Promise<ExportPlan> =>
      runActivity(() => Promise.resolve(resolvePlan(getStudio(studios, request.facts.studio), request))),
  };
}
