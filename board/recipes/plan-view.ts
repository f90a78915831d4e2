import type { KeptPicture } from '../../domain/delivery/kept-picture';
import { candidateId } from '../../domain/plan/candidate-id';
import { explainOutput } from '../../domain/plan/explain';
import { deliverableLines, isComplete, outcomeText, type TaskPlan } from '../../domain/plan/make-plan';
import { planNotes } from '../../domain/plan/plan-record';
import { expectedOutputKey, type ShotOutput } from '../../domain/task/expected-output';
import type { TaskReference } from '../../domain/task/task';
import { specOf, taskTitle } from '../../domain/task/task-facts';
import { shownPicture, type ShownPicture } from '../pictures/picture-address';
import { specText } from '../task/output-view';
import { taskAddress } from '../../domain/task/board-address';

const CANDIDATES_SHOWN = 20;

/** A plan with pictures: each expected output beside the creative that it would get. */
export function planView(
  task: Pick<TaskReference, 'studio' | 'taskId'>,
  plan: TaskPlan,
  pictures: readonly KeptPicture[],
) {
  const { facts, record, warnings, due } = plan;
  return {
    title: taskTitle(facts),
    address: taskAddress(task),
    outcome: outcomeText(plan),
    isComplete: isComplete(plan),
    notes: [...planNotes(record), ...warnings],
    outputs: due.map((output) => plannedOutput(task, plan, output, pictures)),
  };
}

export type PlanView = ReturnType<typeof planView>;

/** What one expected output would get, and why. */
function plannedOutput(
  task: Pick<TaskReference, 'studio' | 'taskId'>,
  plan: TaskPlan,
  output: ShotOutput,
  pictures: readonly KeptPicture[],
) {
  const { label, problems, recipes, candidates } = explainOutput(plan, output);
  const key = expectedOutputKey(output.expected);
  const line = deliverableLines(plan.record).find(({ expectedKey }) => expectedKey === key);
  const [input] = output.shot.inputs;
  const creativePicture = (id: string, alt: string): ShownPicture => {
    return shownPicture(task, pictures, { kind: 'creative', candidateId: id }, alt);
  };
  return {
    label,
    wanted: specText(specOf(plan.facts, output)),
    input: {
      name: input?.fileName ?? 'no input',
      picture: shownPicture(task, pictures, input && { kind: 'input', assetId: input.assetId }, `Input of ${label}`),
    },
    /** Absent when nothing would be delivered. */
    creative: line && {
      name: line.outputName ?? line.outputId,
      picture: creativePicture(candidateId(line), `Creative for ${label}`),
      line,
    },
    problems: line === undefined ? problems : [],
    recipes: recipes.map(({ recipe, result, conditions }) => {
      const failed = conditions.find(({ holds }) => !holds);
      const why = failed === undefined ? '' : `: ${failed.condition} must be ${failed.wanted}`;
      return { name: recipe, result: `${result}${why}` };
    }),
    candidates: candidates.slice(0, CANDIDATES_SHOWN).map(({ outputId, name, reason }) => ({
      name: name ?? outputId,
      reason,
      picture: creativePicture(outputId, name ?? outputId),
    })),
    candidatesLeftOut: Math.max(0, candidates.length - CANDIDATES_SHOWN),
  };
}
