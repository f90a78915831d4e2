import type { Decisions } from '../../../domain/operator/decisions';
import type { ExportGroup, ExportPlan } from '../../../domain/plan/export-plan';
import { type Pairing, restoreMatching } from '../../../domain/plan/matching';
import { type PlanRecord, planRecord } from '../../../domain/plan/plan-record';
import type { Renders } from '../../../domain/render/renders';
import { pluralise } from '../../../domain/shared/text';
import { expectedOutputKey } from '../../../domain/task/expected-output';
import { planBasis } from '../../../domain/task/task-fingerprint';
import { celtraRead, planning } from '../../activity-options';
import type { Brief } from '../state/round-state';
import type { ResolvedRecipes } from '../state/task-state';
import type { StepContext } from './step';

export interface PlannedGroup {
  readonly group: ExportGroup;
  readonly pairings: readonly Pairing[];
  /** Set when all is rendered already. */
  readonly renders?: Renders | undefined;
}

/** Earlier results for the same facts hold: a recipe edited meanwhile counts only after a decision or a change. */
export async function resolveRecipes(
  { facts, due }: Brief,
  decisions: Decisions,
  before: ResolvedRecipes | undefined,
): Promise<ResolvedRecipes> {
  const basis = planBasis(facts, due);
  const { revision } = decisions;
  if (before?.basis === basis && before.revision === revision) return before;
  const dueKeys = due.map(({ expected }) => expectedOutputKey(expected));
  return { basis, revision, plan: await planning('Choose recipes').resolveRecipes({ facts, dueKeys, decisions }) };
}

/** Finds the creative of each expected output, before anything is rendered: creatives are paired where the outputs are read. */
export async function planRound(
  { task: { studio, taskId } }: StepContext,
  { groups, problems }: ExportPlan,
): Promise<{ groups: readonly PlannedGroup[]; record: PlanRecord }> {
  const matched = await Promise.all(
    groups.map(async (group) => {
      const summary = `Find ${pluralise(group.expected.length, 'creative')} by recipe ${group.recipe}`;
      const matching = await celtraRead(studio, summary).pairCreatives({ studio, taskId, group });
      return { group, matching: restoreMatching(group, matching), renders: matching.renders };
    }),
  );
  return {
    groups: matched.map(({ group, matching: { pairings }, renders }) => ({ group, pairings, renders })),
    record: planRecord(matched, problems),
  };
}
