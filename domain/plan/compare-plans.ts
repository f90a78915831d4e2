import type { Recipe } from '../recipe/recipe';
import { expectedOutputKey } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import { taskTitle } from '../task/task-facts';
import { problemsOf, whyNothing } from './explain';
import { deliverableLines, type TaskPlan } from './make-plan';
import { type PassesFilters, planSavedTask, type SavedTask } from './plan-saved-task';

/** What other recipes would change for a saved task, which is planned with both lists. */
export function comparePlans(
  saved: SavedTask,
  before: readonly Recipe[],
  after: readonly Recipe[],
  passes: PassesFilters,
) {
  const [old, young] = [planSavedTask(saved, before, passes), planSavedTask(saved, after, passes)];
  const both = saved.due.map((output) => {
    const label = expectedOutputLabel(saved.facts, output);
    const key = expectedOutputKey(output.expected);
    return { label, one: becomes(old, key, label), other: becomes(young, key, label) };
  });
  const isChanged = ({ one, other }: (typeof both)[number]): boolean => one.result !== other.result;
  const changes = both
    .filter(isChanged)
    .map(({ label, one, other }) => ({ label, before: one.text, after: other.text }));
  return {
    title: taskTitle(saved.facts),
    taskId: saved.facts.task.taskId,
    expected: saved.due.length,
    changes,
    /** How many others would be chosen by another recipe, with the same result. */
    otherRecipe: both.filter((each) => !isChanged(each) && each.one.recipe !== each.other.recipe).length,
    /** Where saved answers had to stand for others. */
    warnings: [...new Set([...old.warnings, ...young.warnings])],
  };
}

export type TaskChange = ReturnType<typeof comparePlans>;

interface Outcome {
  /** Equal where the studio would get the same. */
  readonly result: string;
  readonly recipe?: string | undefined;
  readonly text: string;
}

function becomes({ record }: TaskPlan, expectedKey: string, label: string): Outcome {
  const line = deliverableLines(record).find((each) => each.expectedKey === expectedKey);
  if (line !== undefined) {
    const { outputName, outputId, recipe, fileName, format } = line;
    return {
      result: JSON.stringify([outputId, fileName, format]),
      recipe,
      text: `${outputName ?? outputId} (recipe ${recipe}, ${fileName}, ${format})`,
    };
  }
  return { result: problemsOf(record, label)[0]?.cause ?? '', text: `nothing: ${whyNothing(record, label)}` };
}
