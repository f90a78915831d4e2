import type { Recipe, FilterTree } from '../recipe/recipe';
import type { CeltraOutput } from '../render/celtra-output';
import type { PreflightSettings } from '../preflight/preflight';
import { contentHash } from '../shared/content-hash';
import { pluralise } from '../shared/text';
import type { ShotOutput } from '../task/expected-output';
import type { TaskFacts } from '../task/task-facts';
import { createExportPlan, type ExportGroup } from './export-plan';
import { makePlan, type TaskPlan } from './make-plan';

/** What a plan needs of a task, as it was when it was saved: no address of any file, and nothing secret. */
export interface SavedTask {
  readonly facts: TaskFacts;
  readonly due: readonly ShotOutput[];
  readonly preflight: PreflightSettings;
  readonly searches: readonly SavedSearch[];
}

/** What Celtra has answered to these filters. */
export interface SavedSearch {
  readonly filters: FilterTree;
  readonly outputs: readonly CeltraOutput[];
  /** How many more the answer had. */
  readonly leftOut?: number | undefined;
}

/** Whether an output passes filters, as far as its saved fields show. */
export type PassesFilters = (filters: FilterTree, output: CeltraOutput) => boolean;

/** Needs no requests: for filters that were not asked, saved creatives that pass them are used, with a warning. */
export function planSavedTask(saved: SavedTask, recipes: readonly Recipe[], passes: PassesFilters): TaskPlan {
  const { facts, due, preflight, searches } = saved;
  const plan = createExportPlan(facts, due, recipes);
  const known = new Map(searches.map((search) => [contentHash(search.filters), search]));
  const all = [...new Map(searches.flatMap(({ outputs }) => outputs.map((each) => [each.outputId, each]))).values()];
  const answers = new Map<ExportGroup, readonly CeltraOutput[]>();
  const warnings = new Set<string>();
  for (const group of plan.groups) {
    const asked = known.get(contentHash(group.filters));
    const outputs = asked?.outputs ?? all.filter((output) => passes(group.filters, output));
    answers.set(group, outputs);
    const leftOut = asked?.leftOut ?? 0;
    if (leftOut > 0) {
      warnings.add(`Recipe ${group.recipe}: ${pluralise(leftOut, 'more creative')} of Celtra’s answer were not saved.`);
    }
    if (asked !== undefined) continue;
    warnings.add(
      `Recipe ${group.recipe} makes another request to Celtra than when the task was saved: ` +
        `of the ${pluralise(all.length, 'creative')} saved, ${outputs.length} pass its filters; Celtra may have others.`,
    );
  }
  return makePlan({ facts, due, recipes, plan, answers, preflight, warnings: [...warnings] });
}
