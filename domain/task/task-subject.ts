import type { TaskFacts } from '../recipe/recipe-scope';
import type { Task } from './task';

/** Code and name of what a task is about. */
export interface TaskSubject {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
}

/** The task's product; without one, the first deliverable, else the project. */
export function taskSubject(
  { product }: Pick<Task, 'product'>,
  known: Pick<TaskFacts, 'product' | 'project' | 'deliverables'> = {},
): TaskSubject {
  const code = product?.code ?? product?.cfCode;
  if (code !== undefined || known.product !== undefined) return { code, name: known.product?.name };
  const [deliverable] = known.deliverables ?? [];
  const subject = deliverable ?? known.project;
  return { code: subject?.code, name: subject?.name };
}
