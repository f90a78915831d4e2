import type { TaskFacts } from '../recipe/recipe-scope';
import type { Task } from './task';

/** What people call a task by: code and name of what it is about. */
export interface TaskSubject {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
}

/** The task's product; an editorial task without one is called by its first deliverable, else by its project. */
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
