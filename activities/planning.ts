import type { Plan } from '../domain/plan';
import type { StudioSettings } from '../domain/studio-settings';
import { perform } from './perform';
import { planFor, type PlanRequest } from './plan-request';
import { studioNamed, type Studios } from './studios';

/**
 * Short work that calls nobody. It runs as activities, so that what was decided stands in the history and a later change
 * of the rules does not change a task that is under way.
 */
export function createPlanningActivities(studios: Studios) {
  return {
    readStudioSettings: (request: { studio: string }): Promise<StudioSettings> =>
      perform(() => Promise.resolve(studioNamed(studios, request.studio).settings)),

    resolveRecipes: (request: PlanRequest): Promise<Plan> =>
      perform(() => Promise.resolve(planFor(studioNamed(studios, request.facts.studio), request))),
  };
}
