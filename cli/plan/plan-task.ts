import { createExportPlan, type ExportGroup } from '../../domain/plan/export-plan';
import type { Recipe } from '../../domain/recipe/recipe';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { pluralise } from '../../domain/shared/text';
import { retryTransient } from '../shared/retry';
import type { StudioClients } from '../shared/studio-clients';
import { makePlan, type TaskPlan } from '../../domain/plan/make-plan';
import { readBrief, type ReadOptions } from './read-brief';

export interface PlanTaskOptions extends Omit<ReadOptions, 'recipes'> {
  readonly recipes: readonly Recipe[];
  /** Read also facts that these recipes do not mention, because a saved task may be planned with other recipes. */
  readonly readAll: boolean;
  readonly log: (text: string) => void;
}

/** Reads one task, asks Celtra once for each group of expected outputs, and plans. This starts renders in Celtra. */
export async function planTask(studio: StudioClients, taskId: string, options: PlanTaskOptions): Promise<TaskPlan> {
  const { recipes, readAll, log, signal } = options;
  log(`Reading task ${taskId}.`);
  const read = await readBrief(studio, taskId, { ...options, recipes: readAll ? undefined : recipes });
  const plan = createExportPlan(read.facts, read.due, recipes);
  const answers = new Map<ExportGroup, CeltraOutput[]>();
  for (const group of plan.groups) {
    log(`Asking Celtra for ${pluralise(group.expected.length, 'expected output')}, recipe ${group.recipe}.`);
    const request = groupExportRequest(studio, taskId, group);
    answers.set(group, await retryTransient(() => studio.celtra.exportOutputs(request, signal), { signal }));
  }
  return makePlan({ ...read, recipes, plan, answers, preflight: studio.settings.preflight });
}

/** The request that finds a group's creatives; the same for every poll. */
export function groupExportRequest(
  { name, settings }: StudioClients,
  taskId: string,
  { filters, assetFormats }: ExportGroup,
): { filters: ExportGroup['filters']; assetFormats: ExportGroup['assetFormats']; caller: string } {
  return { filters, assetFormats, caller: `${settings.celtra.caller} ${name}/${taskId} plan` };
}
