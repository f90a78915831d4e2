import type { Recipe } from './recipe';
import type { StudioSettings } from '../task/studio-settings';
import { filterTemplates, mentionedVariables } from './template';

/** Which optional reads a set of recipes needs, computed from what they mention. */
export function neededReads(recipes: readonly Recipe[]): Required<StudioSettings['reads']> {
  const mentioned = recipes.flatMap((recipe) => [...inTemplates(recipe), ...inConditions(recipe)]);
  const beyond = (root: string, known: readonly string[]): boolean =>
    mentioned.some(([first, second]) => first === root && !(second !== undefined && known.includes(second)));
  return {
    // The codes come with the task itself, so they cost no call.
    job: beyond('job', ['code']),
    product: beyond('product', ['code', 'cfCode']),
    // Of these the task itself knows nothing but the ids.
    project: beyond('project', []),
    deliverable: beyond('deliverable', []) || beyond('deliverables', []),
    inputAssets: mentioned.some(([first, second]) => first === 'shot' && second === 'inputs'),
  };
}

function inTemplates(recipe: Recipe): string[][] {
  return [...filterTemplates(recipe.celtra.filters), recipe.match.expected].flatMap((template) =>
    mentionedVariables(template),
  );
}

function inConditions({ when }: Recipe): string[][] {
  return Object.keys(when.properties ?? {}).map((owner) => [owner, 'properties']);
}
