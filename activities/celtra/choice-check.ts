import type { Planner, PlanRequest } from '../planning/planning-work';
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
  planner: Planner,
): Promise<string | undefined> {
  const { facts, dueKeys, decisions, taskId } = request;
  const { name, recipes } = getStudio(studios, facts.studio);
  const { groups } = await planner(name, 'plan', { recipes, request: { facts, dueKeys, decisions } }, run.signal);
  const [group] = groups;
  if (group === undefined) return undefined;
  const outputs = await findOutputs(studios, { studio: facts.studio, taskId, group }, run);
  const { problems } = await planner(name, 'match', { group, outputs }, run.signal);
  return problems[0]?.message;
}
