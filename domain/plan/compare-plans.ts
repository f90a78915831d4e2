import type { Recipe } from '../recipe/recipe';
import { expectedOutputKey } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import { taskTitle } from '../task/task-facts';
import { problemsOf, whyNothing } from './explain';
import { deliverableLines, type TaskPlan } from './make-plan';
import { type PassesFilters, planSavedTask, type SavedTask } from './plan-saved-task';

/** What other recipes would change for a task. */
export interface TaskChange {
  readonly title: string;
  readonly taskId: string;
  readonly expected: number;
  readonly changes: readonly { readonly label: string; readonly before: string; readonly after: string }[];
  /** How many others would be chosen by another recipe, with the same result. */
  readonly otherRecipe: number;
  /** Where saved answers had to stand for others. */
  readonly warnings: readonly string[];
}

/** Plans a saved task with both lists of recipes. */
export function comparePlans(
  saved: SavedTask,
  before: readonly Recipe[],
  after: readonly Recipe[],
  passes: PassesFilters,
): TaskChange {
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
    otherRecipe: both.filter((each) => !isChanged(each) && each.one.recipe !== each.other.recipe).length,
    warnings: [...new Set([...old.warnings, ...young.warnings])],
  };
}

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
