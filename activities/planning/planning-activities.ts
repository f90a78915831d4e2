import { log } from '@temporalio/activity';

import { stopIn, type TaskStop } from '../../domain/audit/task-entries';
import type { ExportPlan } from '../../domain/plan/export-plan';
import type { SettingsReading } from '../../domain/task/studio-settings';
import type { OutputSpec } from '../../domain/task/task';
import type { ReadTaskEntries } from '../audit/task-entries';
import { createSpecCache } from '../creative-force/spec-cache';
import { noPlans } from './plan-keeper';
import { currentRunId } from '../runtime/current-run';
import { runActivity } from '../runtime/run-activity';
import { getStudio, preflightSettings, type Studios } from '../runtime/studios';
import { planHere, type PlanRequest } from './planning-work';

/**
 * Short work without calls, as activities so that a later configuration does not affect a running task. `readEntries`: from
 * the audit; absent when it is switched off. `plans`: keeps what is planned from. `specs`: those that this process has read.
 * `planner`: does the planning.
 */
export function createPlanningActivities(
  studios: Studios,
  readEntries?: ReadTaskEntries,
  { plans = noPlans, specs = createSpecCache(), planner = planHere } = {},
) {
  /** An audit that cannot be read must not keep a task from its delivery. */
  async function readStop(studio: string, taskId: string): Promise<TaskStop | undefined> {
    try {
      return stopIn((await readEntries?.(studio, taskId)) ?? []);
    } catch (error) {
      log.warn('Whether an operator had stopped the task is not known, because the audit cannot be read.', {
        studio,
        taskId,
        reason: String(error),
      });
      return undefined;
    }
  }

  return {
    /** `eventOf`: the task whose event has started the run, so that the audit is asked whether an operator stopped it. */
    readStudioSettings: ({ studio, eventOf }: { studio: string; eventOf?: string }): Promise<SettingsReading> =>
      runActivity(async () => {
        const { settings } = getStudio(studios, studio);
        const stop = eventOf === undefined ? undefined : await readStop(studio, eventOf);
        return { settings, runId: currentRunId(), ...(stop && { stop }) };
      }),

    /** Output specs that need no activity of the gateway's queue, because this process has read them before. */
    knownSpecs: ({ studio, specIds }: { studio: string; specIds: readonly string[] }): Promise<OutputSpec[]> =>
      runActivity(() => Promise.resolve(specs.known(studio, specIds))),

    /** The names of the studio's recipes. */
    readRecipeNames: ({ studio }: { studio: string }): Promise<readonly string[]> =>
      runActivity(() => Promise.resolve(getStudio(studios, studio).recipes.map(({ name }) => name))),

    resolveRecipes: (request: PlanRequest): Promise<ExportPlan> =>
      runActivity(async ({ signal }) => {
        const studio = getStudio(studios, request.facts.studio);
        const { facts, dueKeys } = request;
        plans.keepFacts({ facts, dueKeys, preflight: preflightSettings(studio) });
        return planner(studio.name, 'plan', { recipes: studio.recipes, request }, signal);
      }),
  };
}
