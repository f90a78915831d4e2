import { findViolatedFilter } from '../../clients/celtra/filters/match-output';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { contentHash } from '../../domain/shared/content-hash';
import { createExportPlan, type ExportGroup } from '../../domain/plan/export-plan';
import type { Recipe } from '../../domain/recipe/recipe';
import { pluralise } from '../../domain/shared/text';
import { outputAsJson } from '../celtra/show-outputs';
import { makePlan, type TaskPlan } from './make-plan';
import type { SavedTask } from './saved-task';

/** Needs no requests: for filters that were not asked, saved creatives that pass them are used, with a warning. */
export function planOffline(saved: SavedTask, recipes: readonly Recipe[]): TaskPlan {
  const { facts, due, preflight, searches } = saved;
  const plan = createExportPlan(facts, due, recipes);
  const known = new Map(searches.map(({ filters, outputs }) => [contentHash(filters), outputs]));
  const all = [...new Map(searches.flatMap(({ outputs }) => outputs.map((each) => [each.outputId, each]))).values()];
  const answers = new Map<ExportGroup, readonly CeltraOutput[]>();
  const warnings = new Set<string>();
  for (const group of plan.groups) {
    const asked = known.get(contentHash(group.filters));
    const outputs = asked ?? outputsPassing(group, all);
    answers.set(group, outputs);
    if (asked !== undefined) continue;
    warnings.add(
      `Recipe ${group.recipe} asks Celtra something else than was asked when the task was saved: ` +
        `of the ${pluralise(all.length, 'creative')} saved, ${outputs.length} pass its filters; Celtra may have others.`,
    );
  }
  return makePlan({ facts, due, recipes, plan, answers, preflight, warnings: [...warnings] });
}

/** The outputs that pass a group's filters, as far as their saved fields show. */
function outputsPassing({ filters }: ExportGroup, outputs: readonly CeltraOutput[]): CeltraOutput[] {
  return outputs.filter((output) => findViolatedFilter(filters, outputAsJson(output, false)) === undefined);
}
