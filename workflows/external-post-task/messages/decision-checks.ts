import { ActivityFailure, isCancellation } from '@temporalio/workflow';

import { summariseList, withoutTrailing } from '../../../domain/shared/text';
import { choiceCheck, planning } from '../../activity-options';
import type { TaskState } from '../state/task-state';
import { attentionOf } from '../steps/step';
import { findExpected, reject } from './assertions';
import type { ReplaceRecipeRequest, UseOutputRequest } from './messages';

// Checks of decisions that need an activity. Each rejects nonsense before anything is changed.

/** Rejects the name of a recipe that the studio does not have. */
export async function checkRecipe(
  { task: { studio } }: TaskState,
  { recipe }: ReplaceRecipeRequest,
): Promise<undefined> {
  if (typeof recipe !== 'string') return undefined;
  const names = await unlessCancelled(() => planning('Look for the recipe').readRecipeNames({ studio }));
  if (names.includes(recipe)) return undefined;
  const known = names.length === 0 ? 'none' : summariseList(names, ', ', MOST_NAMES);
  return reject(`There is no recipe "${recipe}" of ${studio}; there is ${known}. Nothing was changed.`);
}

const MOST_NAMES = 20;

/** Rejects a Celtra output that the recipe does not find. Gives a sentence where that could not be known in time. */
export async function checkOutput(state: TaskState, request: UseOutputRequest): Promise<string | undefined> {
  const { task, view, round, knownOutputs, decisions } = state;
  const { outputId } = request;
  const { expectedKey } = findExpected(knownOutputs, request.expected);
  const offered = view.attention?.outputs?.find((output) => output.expectedKey === expectedKey)?.candidates ?? [];
  if (offered.some(({ id }) => id === outputId)) return undefined;
  if (round.brief === undefined) return unchecked('the task is just being read');
  const { facts } = round.brief;
  const outputs = { ...decisions.outputs, [expectedKey]: outputId };
  const check = { taskId: task.taskId, facts, dueKeys: [expectedKey], decisions: { ...decisions, outputs } };
  let problem: string | undefined;
  try {
    problem = await unlessCancelled(() =>
      choiceCheck(task.studio, 'Look for the output that was chosen').checkChoice(check),
    );
  } catch (error) {
    if (error instanceof ActivityFailure) return unchecked(attentionOf(error).message);
    throw error;
  }
  if (problem !== undefined) reject(`${problem} Nothing was changed.`);
  return undefined;
}

function unchecked(why: string): string {
  return `It was not checked whether Celtra has this output: ${withoutTrailing(why, '.')}.`;
}

async function unlessCancelled<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (isCancellation(error)) return reject('The task is being cancelled, so nothing was changed.');
    throw error;
  }
}
