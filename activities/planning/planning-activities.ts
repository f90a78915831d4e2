import { log } from '@temporalio/activity';

import { stopIn, type TaskStop } from '../../domain/audit/task-entries';
import type { ExportPlan, PlannedOutput } from '../../domain/plan/export-plan';
import type { FilmDemands } from '../../domain/preflight/film-findings';
import { judgeRender, type JudgedRender, type PreflightActions } from '../../domain/preflight/preflight';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import type { SettingsReading } from '../../domain/task/studio-settings';
import type { OutputSpec } from '../../domain/task/task';
import type { ReadTaskEntries } from '../audit/task-entries';
import { createSpecCache } from '../creative-force/spec-cache';
import { currentRunId } from '../runtime/one-shot-write';
import { runActivity } from '../runtime/run-activity';
import { getStudio, preflightSettings, type Studios } from '../runtime/studios';
import { noPlans } from './plan-keeper';
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

export interface RenderToCheck {
  readonly expected: Pick<PlannedOutput, 'expectedKey' | 'label' | 'fileName' | 'spec'>;
  readonly file: Pick<SpooledFile, 'format' | 'width' | 'height' | 'bytes' | 'details' | 'film'>;
  /** What a film must keep to. */
  readonly film?: FilmDemands | undefined;
  /** The actions of the recipe in the plan, so that a later edit of the recipe changes nothing. */
  readonly preflight?: PreflightActions | undefined;
}

export type CheckedRender = JudgedRender & { readonly expectedKey: string };

export function createPreflightActivities(studios: Studios) {
  return {
    /** Checks the files of a round by their specs and the studio's current rules, in the order given. */
    checkRenders: (request: { studio: string; files: readonly RenderToCheck[] }): Promise<CheckedRender[]> =>
      runActivity(() => {
        const preflight = preflightSettings(getStudio(studios, request.studio));
        return Promise.resolve(
          request.files.map(({ expected, file, preflight: recipe, film }) => {
            const { expectedKey, label, fileName, spec } = expected;
            return { expectedKey, ...judgeRender({ label, fileName, picture: file, spec, film }, preflight, recipe) };
          }),
        );
      }),
  };
}
