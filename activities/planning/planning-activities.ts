import type { ExportPlan } from '../../domain/plan/export-plan';
import type { StudioSettings } from '../../domain/task/studio-settings';
import { runActivity } from '../runtime/run-activity';
import { resolvePlan, type PlanRequest } from './plan-request';
import { getStudio, type Studios } from '../runtime/studios';

/**
 * Short work that calls nobody. It runs as activities, so that what was decided stands in the history and a later change
 * of the rules does not change a task that is under way.
 */
export function createPlanningActivities(studios: Studios) {
  return {
    readStudioSettings: (request: { studio: string }): Promise<StudioSettings> =>
      runActivity(() => Promise.resolve(getStudio(studios, request.studio).settings)),

    resolveRecipes: (request: PlanRequest): Promise<ExportPlan> =>
      runActivity(() => Promise.resolve(resolvePlan(getStudio(studios, request.facts.studio), request))),
  };
}
