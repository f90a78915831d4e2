import type { Recipe, Template } from './recipe';
import type { OftenInTask, StudioSettings } from '../task/studio-settings';
import { filterTemplates, mentionedVariables } from './template';

/**
 * Which optional reads the recipes and other templates need, by the variables they mention; each read costs a rate-limited
 * request. `ifMissing` are variables that the task mostly brings itself.
 */
export function neededReads(recipes: readonly Recipe[], others: readonly Template[] = []): StudioSettings['reads'] {
  const mentioned = [
    ...recipes.flatMap(({ celtra, match, when }) => [
      ...[...filterTemplates(celtra.filters), match.expected].flatMap((template) => mentionedVariables(template)),
      ...Object.keys(when.properties ?? {}).map((owner) => [owner, 'properties']),
    ]),
    ...others.flatMap((template) => mentionedVariables(template)),
  ];
  const beyond = (root: string, known: readonly string[]): boolean =>
    mentioned.some(([first, second]) => first === root && !(second !== undefined && known.includes(second)));
  return {
    job: beyond('job', ['code']),
    product: beyond('product', ['code', 'cfCode']),
    // The task carries only the ids of these.
    project: beyond('project', []),
    deliverable: beyond('deliverable', []) || beyond('deliverables', []),
    inputAssets: mentioned.some(([first, second]) => first === 'shot' && second === 'inputs'),
    ifMissing: oftenInTask.filter((variable) => mentioned.some((path) => path.slice(0, 2).join('.') === variable)),
  };
}

/** What a task's detail mostly brings itself (docs/reference/assumptions.md#missing-keys). */
const oftenInTask = [
  'job.code',
  'product.code',
  'product.cfCode',
  'task.deadline',
] as const satisfies readonly OftenInTask[];
