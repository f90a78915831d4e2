import { expectedOutputKey } from '../../domain/task/expected-output';
import { explainNamed } from './explain-named';
import { isComplete, type TaskPlan } from './make-plan';

/** A plan for programs: the record as a round keeps it, and the facts that recipes were resolved against. */
export function planJson(plan: TaskPlan, explained?: string): Record<string, unknown> {
  const { facts, due, record, warnings: remarks } = plan;
  return {
    studio: facts.studio,
    taskId: facts.task.taskId,
    isComplete: isComplete(plan),
    plan: record,
    due: due.map(({ expected }) => expectedOutputKey(expected)),
    remarks,
    facts,
    ...(explained !== undefined && { explanations: explainNamed(plan, explained) }),
  };
}
