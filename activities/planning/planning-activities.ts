import { log } from '@temporalio/activity';

import { stopIn, type TaskStop } from '../../domain/audit/task-entries';
import { recipesToUse, type Decisions } from '../../domain/operator/decisions';
import { outputsWithKeys } from '../../domain/task/expected-output';
import { createExportPlan, type ExportPlan } from '../../domain/plan/export-plan';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { SettingsReading } from '../../domain/task/studio-settings';
import type { OutputSpec } from '../../domain/task/task';
import type { ReadTaskEntries } from '../audit/task-entries';
import { createSpecCache } from '../creative-force/spec-cache';
import { noPlans } from './plan-keeper';
import { currentRunId } from '../runtime/current-run';
import { runActivity } from '../runtime/run-activity';
import { getStudio, preflightSettings, type ActivityStudio, type Studios } from '../runtime/studios';

/** The due outputs are given by their keys, because the facts contain their shots already. */
export interface PlanRequest {
  readonly facts: TaskFacts;
  readonly dueKeys: readonly string[];
  readonly decisions: Decisions;
}

/** Plans with the recipes of the current configuration and the operators' decisions. */
export function resolvePlan({ recipes }: Pick<ActivityStudio, 'recipes'>, request: PlanRequest): ExportPlan {
  const { facts, dueKeys, decisions } = request;
  const due = outputsWithKeys(facts.task, dueKeys);
  return createExportPlan(facts, due, recipesToUse(recipes, decisions), decisions.outputs);
}

/**
 * Short work without calls, as activities so that a later configuration does not affect a running task. `readEntries`: from
 * the audit; absent when it is switched off. `plans`: keeps what is planned from. `specs`: those that this process has read.
 */
export function createPlanningActivities(
  studios: Studios,
  readEntries?: ReadTaskEntries,
  { plans = noPlans, specs = createSpecCache() } = {},
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
      runActivity(() => {
        const studio = getStudio(studios, request.facts.studio);
        const { facts, dueKeys } = request;
        plans.keepFacts({ facts, dueKeys, preflight: preflightSettings(studio) });
        return Promise.resolve(resolvePlan(studio, request));
      }),
  };
}
