import type { ShotOutput } from './expected-output';
import type { Deliverable, Job, OutputSpec, Product, Project, Task } from './task';

/** What has been read of a task: the input of recipe resolution. */
export interface TaskFacts {
  readonly studio: string;
  readonly task: Task;
  readonly specs: readonly OutputSpec[];
  readonly job?: Job | undefined;
  readonly product?: Product | undefined;
  /** Editorial tasks only, like the deliverables. */
  readonly project?: Project | undefined;
  readonly deliverables?: readonly Deliverable[] | undefined;
}

/** The output spec of an expected output, if it names one that was read. */
export function specOf(
  facts: Pick<TaskFacts, 'specs'>,
  { expected }: ShotOutput,
): (OutputSpec & { id: string }) | undefined {
  const spec = facts.specs.find(({ specId }) => specId === expected.specId);
  return spec && { ...spec, id: spec.specId };
}

export interface TaskSubject {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
}

/** The task's product; without one, the first deliverable, else the project. */
export function taskSubject(
  { product }: Pick<Task, 'product'>,
  known: Pick<TaskFacts, 'product' | 'project' | 'deliverables'> = {},
): TaskSubject {
  const code = product?.code ?? known.product?.code ?? product?.cfCode ?? known.product?.cfCode;
  if (code !== undefined || known.product !== undefined) return { code, name: known.product?.name };
  const [deliverable] = known.deliverables ?? [];
  const subject = deliverable ?? known.project;
  return { code: subject?.code, name: subject?.name };
}

/** What a task is called in a plan: product, and job or project. */
export function taskTitle({ task, product, job, project, deliverables }: TaskFacts): string {
  const [deliverable] = deliverables ?? [];
  const subject = task.contentCreationType === 'editorial' ? (deliverable ?? project) : { ...task.product, ...product };
  const group = task.contentCreationType === 'editorial' ? project?.code : (job?.code ?? task.job?.code);
  const words = [subject?.code, subject?.name].filter((part) => part !== undefined && part !== '');
  return [words.length > 0 ? words.join(' ') : task.taskId, ...(group === undefined ? [] : [group])].join(' · ');
}
