import type { Recipe } from './recipe';
import type { StudioSettings } from '../task/studio-settings';
import { filterTemplates, mentionedVariables } from './template';

/** Which optional reads the recipes need, by the variables they mention; each read costs a rate-limited request. */
export function neededReads(recipes: readonly Recipe[]): Required<StudioSettings['reads']> {
  const mentioned = recipes.flatMap(({ celtra, match, when }) => [
    ...[...filterTemplates(celtra.filters), match.expected].flatMap((template) => mentionedVariables(template)),
    ...Object.keys(when.properties ?? {}).map((owner) => [owner, 'properties']),
  ]);
  const beyond = (root: string, known: readonly string[]): boolean =>
    mentioned.some(([first, second]) => first === root && !(second !== undefined && known.includes(second)));
  return {
    // The task itself carries these codes.
    job: beyond('job', ['code']),
    product: beyond('product', ['code', 'cfCode']),
    // The task carries only the ids of these.
    project: beyond('project', []),
    deliverable: beyond('deliverable', []) || beyond('deliverables', []),
    inputAssets: mentioned.some(([first, second]) => first === 'shot' && second === 'inputs'),
  };
}
