import type { CeltraOutput } from '../../domain/celtra-output';
import { planRound, type ExportGroup } from '../../domain/plan';
import type { Recipe } from '../../domain/recipe';
import { counted } from '../../domain/words';
import { persist } from '../celtra/persist';
import { makePlan, type TaskPlan } from './make-plan';
import type { PlanStudio } from './plan-studio';
import { readTask, type ReadOptions } from './read-task';

export interface PlanTaskOptions extends Omit<ReadOptions, 'recipes'> {
  readonly recipes: readonly Recipe[];
  /** Read also what these recipes do not mention: others may, when the plan is made again from what was saved. */
  readonly readAll: boolean;
  readonly say: (text: string) => void;
}

/** Reads one task, asks Celtra once for each group of expected outputs, and plans. Celtra begins to render by that. */
export async function planTask(studio: PlanStudio, taskId: string, options: PlanTaskOptions): Promise<TaskPlan> {
  const { recipes, readAll, say, signal } = options;
  say(`Reading task ${taskId}.`);
  const read = await readTask(studio, taskId, { ...options, recipes: readAll ? undefined : recipes });
  const plan = planRound(read.facts, read.due, recipes);
  const answers = new Map<ExportGroup, CeltraOutput[]>();
  for (const group of plan.groups) {
    say(`Asking Celtra for ${counted(group.expected.length, 'expected output')}, recipe ${group.recipe}.`);
    const request = exportRequest(studio, taskId, group);
    answers.set(group, await persist(() => studio.celtra.exportOutputs(request, signal), { signal }));
  }
  return makePlan({ ...read, recipes, plan, answers, preflight: studio.settings.preflight });
}

/** The request that finds a group's creatives; the same for every look. */
export function exportRequest(
  { name, settings }: PlanStudio,
  taskId: string,
  { filters, assetFormats }: ExportGroup,
): { filters: ExportGroup['filters']; assetFormats: ExportGroup['assetFormats']; caller: string } {
  return { filters, assetFormats, caller: `${settings.celtra.caller} ${name}/${taskId} plan` };
}
