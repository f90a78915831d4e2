import type { ExportPlan } from '../../domain/plan/export-plan';
import type { StudioSettings } from '../../domain/task/studio-settings';
import { runActivity } from '../runtime/run-activity';
import { resolvePlan, type PlanRequest } from './plan-request';
import { getStudio, type Studios } from '../runtime/studios';

/** Short work without calls, as activities so that a later configuration does not affect a running task. */
export function createPlanningActivities(studios: Studios) {
  return {
    readStudioSettings: (request: { studio: string }): Promise<StudioSettings> =>
      runActivity(() => Promise.resolve(getStudio(studios, request.studio).settings)),

    resolveRecipes: (request: PlanRequest): Promise<ExportPlan> =>
      runActivity(() => Promise.resolve(resolvePlan(getStudio(studios, request.facts.studio), request))),
  };
}
