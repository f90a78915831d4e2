import type { Problem } from '../../domain/plan/export-plan';
import { planColumns, type PlanLine, planNotes, planRows } from '../../domain/plan/plan-record';
import { formatTime } from '../../domain/shared/text';
import { expectedOutputKey } from '../../domain/task/expected-output';
import { taskTitle } from '../../domain/task/task-facts';
import { plainTable, printable } from '../shared/terminal-text';
import { deliverableLines, isComplete, outcomeText, type TaskPlan } from '../../domain/plan/make-plan';

/** A task's plan for the terminal: what goes out for what, what does not and why, what is left over. */
export function planText(plan: TaskPlan): string {
  const { facts, record, warnings } = plan;
  const { task } = facts;
  const about = [facts.studio, taskTitle(facts), task.contentCreationType, task.statusText];
  if (task.deadline !== undefined) about.push(`due ${formatTime(task.deadline)}`);
  const parts = [
    `${about.join(' · ')}\ntask ${task.taskId}\nplan ${record.hash.slice(0, 8)}: ${outcomeText(plan)}`,
    ...(deliverableLines(record).length > 0 ? [plainTable(planColumns, planRows({ lines: inOrder(plan) }))] : []),
    ...(record.problems.length > 0 ? [`Not delivered:\n${record.problems.map(problemText).join('\n')}`] : []),
    ...(record.extras > 0 || record.lines.some(({ alsoFits }) => alsoFits !== undefined)
      ? [planNotes(record).map(printable).join('\n')]
      : []),
    ...(warnings.length > 0 ? [warnings.map(printable).join('\n')] : []),
  ];
  return parts.join('\n\n');
}

/** A line for each task of a list, then what is wrong with those that would not be delivered completely. */
export function plansText(plans: readonly TaskPlan[]): string {
  const rows = plans.map((plan) => {
    const { facts } = plan;
    const { task } = facts;
    return [
      isComplete(plan) ? 'ok' : '✗',
      taskTitle(facts),
      task.contentCreationType,
      task.statusText,
      outcomeText(plan),
      task.taskId,
    ];
  });
  const details = plans
    .filter((plan) => !isComplete(plan))
    .map(
      ({ facts, record }) =>
        `${printable(taskTitle(facts))} (${facts.task.taskId})\n${record.problems.map(problemText).join('\n')}`,
    );
  return [plainTable(['', 'task', 'for', 'status', 'plan', 'task id'], rows), ...details].join('\n\n');
}

/** The lines in the order of the task; the plan record sorts them by id. */
function inOrder({ due, record }: TaskPlan): PlanLine[] {
  const keys = due.map(({ expected }) => expectedOutputKey(expected));
  return deliverableLines(record).toSorted(
    (one, other) => keys.indexOf(one.expectedKey) - keys.indexOf(other.expectedKey),
  );
}

function problemText({ label, message, cause }: Problem): string {
  return `  ✗ ${printable(label)} (${cause})\n    ${printable(message)}`;
}
