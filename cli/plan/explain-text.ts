import type { Explanation, RecipeExplanation } from '../../domain/plan/explain';
import { pluralise } from '../../domain/shared/text';
import { printable } from '../shared/printable';
import { plainTable } from '../shared/plain-table';

/** Everything that was weighed for one expected output, for the terminal. */
export function explanationText({ label, recipes, request: asked, candidates, problems }: Explanation): string {
  const parts = [
    `${label}\n${'─'.repeat(label.length)}`,
    ...(recipes.length === 0
      ? ['The studio has no recipes.']
      : [`Recipes, in the file's order:\n${recipes.map(recipeText).join('\n')}`]),
  ];
  if (asked !== undefined) {
    parts.push(
      `Looked for: the key "${asked.key}", to go out as ${asked.fileName} (${asked.format})\nAmong: ${JSON.stringify(asked.filters)}`,
      candidates.length === 0
        ? 'Celtra found no creative for these filters.'
        : `${pluralise(candidates.length, 'creative')} found, the nearest first:\n${candidateTable(candidates)}`,
    );
  }
  parts.push(problems.length === 0 ? 'It would go out.' : problems.map((problem) => `✗ ${problem}`).join('\n'));
  return parts.join('\n\n').split('\n').map(printable).join('\n');
}

function recipeText({ recipe, verdict, conditions }: RecipeExplanation): string {
  const judged = conditions.map(({ condition, wanted, found, holds }) => {
    const here = found.length === 0 ? 'nothing' : found.map((name) => `"${name}"`).join(' or ');
    return `      ${holds ? 'holds' : 'fails'}  ${condition}: wanted ${wanted}, here is ${here}`;
  });
  const none = conditions.length === 0 ? ['      no condition: it is for everything'] : [];
  return [`  ${recipe}: ${verdict}`, ...judged, ...none].join('\n');
}

function candidateTable(candidates: Explanation['candidates']): string {
  const rows = candidates.map(({ name, outputId, key, goesOut, why }) => [
    goesOut ? '→' : '',
    name ?? outputId,
    key ?? '(none)',
    why,
    outputId,
  ]);
  return plainTable(['', 'creative', 'key', 'why', 'output id'], rows);
}
