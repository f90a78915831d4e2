import { recipesToUse, type Decisions } from '../../domain/operator/decisions';
import { toCandidates } from '../../domain/plan/candidate';
import { createExportPlan, type ExportGroup, type ExportPlan } from '../../domain/plan/export-plan';
import { matchGroup, type Matching } from '../../domain/plan/matching';
import type { Recipe } from '../../domain/recipe/recipe';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { outputsWithKeys } from '../../domain/task/expected-output';
import type { TaskFacts } from '../../domain/task/task-facts';

/** The due outputs are given by their keys, because the facts contain their shots already. */
export interface PlanRequest {
  readonly facts: TaskFacts;
  readonly dueKeys: readonly string[];
  readonly decisions: Decisions;
}

/** Plans with recipes and the operators' decisions. */
export function resolvePlan(recipes: readonly Recipe[], { facts, dueKeys, decisions }: PlanRequest): ExportPlan {
  const due = outputsWithKeys(facts.task, dueKeys);
  return createExportPlan(facts, due, recipesToUse(recipes, decisions), decisions.outputs);
}

/** What is computed from texts of Creative Force and Celtra, and so takes as long as they make it. Pure. */
const planningWork = {
  plan: ({ recipes, request }: { recipes: readonly Recipe[]; request: PlanRequest }): ExportPlan =>
    resolvePlan(recipes, request),

  /** Finds the creative of each expected output of a group. */
  match: ({
    group,
    outputs,
    pixelSize,
  }: {
    group: ExportGroup;
    outputs: readonly CeltraOutput[];
    pixelSize?: 'block' | 'ignore' | undefined;
  }): Matching => matchGroup(group, toCandidates(outputs, group), { pixelSize }),
} as const;

type PlanningWork = typeof planningWork;

/** Has such work done for a studio; where, and how long it may take, is up to the worker. */
export type Planner = <Name extends keyof PlanningWork>(
  studio: string,
  name: Name,
  input: Parameters<PlanningWork[Name]>[0],
  signal?: AbortSignal,
) => Promise<ReturnType<PlanningWork[Name]>>;

/** Does the work at once, on this thread. */
export const planHere: Planner = (_studio, name, input) => Promise.resolve(doWork(name, input));

/** What a thread is asked to do. */
export interface PlanningJob {
  readonly name: keyof PlanningWork;
  readonly input: unknown;
}

/** Does work by its name. Throws what the work throws. */
export function doWork<Name extends keyof PlanningWork>(name: Name, input: unknown): ReturnType<PlanningWork[Name]> {
  const work = planningWork[name] as (input: unknown) => ReturnType<PlanningWork[Name]>;
  return work(input);
}
