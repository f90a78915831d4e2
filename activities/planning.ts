import { matchGroup, type Candidate, type Pairing } from '../domain/matching';
import type { ExportGroup, Plan, PlannedOutput, Problem } from '../domain/plan';
import { preflight } from '../domain/preflight';
import type { SpooledFile } from '../domain/rendered-asset';
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

    /** For tasks that began before creatives were paired where they are found. */
    matchCreatives: (request: {
      group: ExportGroup;
      candidates: readonly Candidate[];
    }): Promise<{ pairings: Pairing[]; problems: Problem[] }> =>
      perform(() => Promise.resolve(matchGroup(request.group, request.candidates))),

    /** Compares each file with its spec; returns the findings in words. */
    checkFiles: (request: {
      files: readonly { expected: Pick<PlannedOutput, 'label' | 'spec'>; file: SpooledFile }[];
    }): Promise<string[]> =>
      perform(() =>
        Promise.resolve(request.files.flatMap(({ expected, file }) => preflight(expected.label, file, expected.spec))),
      ),
  };
}
