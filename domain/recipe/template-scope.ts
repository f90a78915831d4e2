import type { ShotOutput } from '../task/expected-output';
import { specOf, type TaskFacts } from '../task/task-facts';
import type { TemplateScope } from './template';

/** The variables of templates for one expected output. What is absent is left out, so that using it is an error. */
export function templateScope(facts: TaskFacts, output: ShotOutput): TemplateScope {
  const { task } = facts;
  const { shot, expected } = output;
  return withoutAbsent({
    studio: { name: facts.studio },
    workspace: task.workspace,
    task: {
      id: task.taskId,
      contentCreationType: task.contentCreationType,
      productionTypeId: task.productionTypeId,
      deadline: task.deadline === undefined ? undefined : new Date(task.deadline).toISOString(),
    },
    shot: { position: shot.position, isHero: shot.isHero, inputs: shot.inputs.map(({ fileName }) => ({ fileName })) },
    expected: { name: expected.name, variant: expected.variant, variantName: expected.variantName },
    spec: specOf(facts, output),
    specification: expected.specification,
    styleGuide: task.styleGuide,
    job: { ...facts.job, code: task.job?.code ?? facts.job?.code },
    product: {
      ...facts.product,
      code: task.product?.code ?? facts.product?.code,
      cfCode: task.product?.cfCode ?? facts.product?.cfCode,
    },
    project: facts.project,
    // Of several, the first is used (docs/reference/assumptions.md#several-deliverables).
    deliverable: facts.deliverables?.[0],
    deliverables: facts.deliverables,
  }) as TemplateScope;
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => withoutAbsent(inner));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .map(([key, inner]) => [key, withoutAbsent(inner)]),
  );
}
