import { toCandidates } from '../../domain/plan/candidate';
import { matchGroup } from '../../domain/plan/matching';
import { resolvePlan, type PlanRequest } from '../planning/planning-activities';
import type { ActivityRun } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';
import { findOutputs } from './creative-search';

/** Asks about the Celtra output that an operator has chosen for the one due output. */
export interface ChoiceCheck extends PlanRequest {
  readonly taskId: string;
}

/**
 * Why the chosen output cannot be delivered, in a sentence; `undefined` when nothing speaks against it. Without a recipe that fits
 * there is nothing to look with, so nothing is said.
 */
export async function findChoiceProblem(
  studios: Studios,
  request: ChoiceCheck,
  run: ActivityRun,
): Promise<string | undefined> {
  const { facts, taskId } = request;
  const { groups } = resolvePlan(getStudio(studios, facts.studio), request);
  const [group] = groups;
  if (group === undefined) return undefined;
  const outputs = await findOutputs(studios, { studio: facts.studio, taskId, group }, run);
  return matchGroup(group, toCandidates(outputs, group)).problems[0]?.message;
}
