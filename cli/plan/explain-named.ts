import { explainOutput, type Explanation } from '../../domain/plan/explain';
import { expectedOutputKey, expectedOutputLabel, type ShotOutput } from '../../domain/task/expected-output';
import { specOf, type TaskFacts } from '../../domain/task/task-facts';
import { CommandError, exitCodes } from '../exit-codes';
import type { TaskPlan } from './make-plan';

/** Explains the expected outputs that a person means by `POSITION/SPEC`, or by a position alone. Throws CommandError for none. */
export function explainNamed(plan: TaskPlan, named: string): Explanation[] {
  const wanted = normalised(named);
  const found = plan.due.filter((output) => namesOf(plan.facts, output).some((name) => normalised(name) === wanted));
  if (found.length === 0) {
    const known = plan.due.map((output) => expectedShortName(plan.facts, output));
    throw new CommandError(
      `The task wants no "${named}" now. It wants: ${[...new Set(known)].join(', ')}.`,
      exitCodes.wrongUse,
    );
  }
  return found.map((output) => explainOutput(plan, output));
}

/** `Front/Feed 1:1`: how an expected output is named on the command line and in tables of cases. */
export function expectedShortName(facts: TaskFacts, output: ShotOutput): string {
  const { shot, expected } = output;
  const what = specOf(facts, output)?.name ?? expected.specId ?? expected.variantName;
  return [shot.position ?? shot.shotId, ...(what === undefined ? [] : [what])].join('/');
}

function namesOf(facts: TaskFacts, output: ShotOutput): string[] {
  const { shot, expected } = output;
  const spec = specOf(facts, output);
  const position = shot.position ?? shot.shotId;
  return [
    position,
    expectedShortName(facts, output),
    ...(expected.specId === undefined ? [] : [`${position}/${expected.specId}`]),
    expectedOutputLabel(output, spec),
    expectedOutputKey(expected),
  ];
}

function normalised(name: string): string {
  return name.trim().toLowerCase();
}
