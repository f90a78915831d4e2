import { groupedBy } from '../shared/grouped-by';
import type { CeltraOutput } from '../render/celtra-output';
import type { PlannedTask } from './explain';
import type { ShotOutput } from '../task/expected-output';
import { matchGroup } from './matching';
import { toCandidates } from './candidate';
import { candidateId } from './candidate-id';
import type { ExportGroup, ExportPlan } from './export-plan';
import { planRecord, type PlanLine, type PlanRecord } from './plan-record';
import { pluralise } from '../shared/text';
import { pixelSizeInMatching, type PreflightSettings } from '../preflight/preflight';

export interface TaskPlan extends PlannedTask {
  /** What the task wants now. */
  readonly due: readonly ShotOutput[];
  /** Celtra's response for each group. */
  readonly answers: ReadonlyMap<ExportGroup, readonly CeltraOutput[]>;
  readonly warnings: readonly string[];
}

export interface PlanInput extends Pick<TaskPlan, 'facts' | 'due' | 'recipes' | 'answers'> {
  /** The groups that these recipes ask for. */
  readonly plan: ExportPlan;
  readonly preflight: PreflightSettings;
  readonly warnings?: readonly string[] | undefined;
}

/** Makes the plan that a worker would make. Pure, so that it also works for saved tasks. */
export function makePlan({ facts, due, recipes, plan, answers, preflight, warnings = [] }: PlanInput): TaskPlan {
  const matched = plan.groups.map((group) => {
    const outputs = answers.get(group) ?? [];
    const candidates = toCandidates(outputs, group);
    const pixelSize = pixelSizeInMatching(preflight, group.preflight);
    return { group, candidates, matching: matchGroup(group, candidates, { pixelSize }) };
  });
  return { facts, due, recipes, matched, record: planRecord(matched, plan.problems), answers, warnings };
}

/** Without creatives that two groups have chosen, which are a problem of the plan. */
export function deliverableLines({ lines }: PlanRecord): PlanLine[] {
  const byCreative = groupedBy(lines, candidateId);
  return lines.filter((line) => byCreative.get(candidateId(line))?.length === 1);
}

/** Whether every expected output would be delivered. */
export function isComplete({ record }: Pick<TaskPlan, 'record'>): boolean {
  return record.problems.length === 0;
}

/** `4 of 6 expected outputs would be delivered`. */
export function outcomeText({ due, record }: Pick<TaskPlan, 'due' | 'record'>): string {
  return `${deliverableLines(record).length} of ${pluralise(due.length, 'expected output')} would be delivered`;
}
