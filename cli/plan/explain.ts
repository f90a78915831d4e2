import { explainOutput, type Explanation } from '../../domain/plan/explain';
import { pluralise } from '../../domain/shared/text';
import { expectedOutputKey, type ShotOutput } from '../../domain/task/expected-output';
import { expectedOutputLabel } from '../../domain/task/output-label';
import { outputsNamed } from '../../domain/task/output-name';
import { specOf, type TaskFacts } from '../../domain/task/task-facts';
import { usageError } from '../exit-codes';
import { plainTable, printable } from '../shared/terminal-text';
import type { TaskPlan } from '../../domain/plan/make-plan';

/** Explains the expected outputs of this name. Throws CommandError for none. */
export function explainNamed(plan: TaskPlan, named: string): Explanation[] {
  return findOutputs(plan, named).map((output) => explainOutput(plan, output));
}

/** The expected outputs that a label, its beginning, a file name or a key names. Throws CommandError for none. */
export function findOutputs({ facts, due }: Pick<TaskPlan, 'facts' | 'due'>, named: string): readonly ShotOutput[] {
  const found = outputsNamed(named, due, (output) => namesOf(facts, output));
  if (found.length === 0) {
    const known = due.map((output) => `"${expectedOutputLabel(facts, output)}"`);
    throw usageError(`The task expects no "${named}" now. It expects: ${[...new Set(known)].join(', ')}.`);
  }
  return found;
}

function namesOf(facts: TaskFacts, output: ShotOutput): (string | undefined)[] {
  const { shot, expected } = output;
  const position = shot.position ?? shot.shotId;
  const specName = specOf(facts, output)?.name;
  return [
    position,
    expected.name,
    ...(expected.specId === undefined ? [] : [`${position}/${expected.specId}`]),
    ...(specName === undefined ? [] : [`${position}/${specName}`]),
    expectedOutputLabel(facts, output),
    expectedOutputKey(expected),
  ];
}

export function explanationText({ label, recipes, request, candidates, problems }: Explanation): string {
  const parts = [
    `${label}\n${'─'.repeat(label.length)}`,
    ...(recipes.length === 0
      ? ['The studio has no recipes.']
      : [`Recipes, in the file's order:\n${recipes.map(recipeText).join('\n')}`]),
  ];
  if (request !== undefined) {
    parts.push(
      `Looked for: the key "${request.key}", to be delivered as ${request.fileName} (${request.format})\nAmong: ${JSON.stringify(request.filters)}`,
      candidates.length === 0
        ? 'Celtra found no creative for these filters.'
        : `${pluralise(candidates.length, 'creative')} found, the nearest first:\n${candidateTable(candidates)}`,
    );
  }
  parts.push(problems.length === 0 ? 'It would be delivered.' : problems.map((problem) => `✗ ${problem}`).join('\n'));
  return parts.join('\n\n').split('\n').map(printable).join('\n');
}

function recipeText({ recipe, result, conditions }: Explanation['recipes'][number]): string {
  const judged = conditions.map(({ condition, wanted, found, holds }) => {
    const here = found.length === 0 ? 'nothing' : found.map((name) => `"${name}"`).join(' or ');
    return `      ${holds ? 'holds' : 'fails'}  ${condition}: wanted ${wanted}, here is ${here}`;
  });
  const none = conditions.length === 0 ? ['      no condition: it matches everything'] : [];
  return [`  ${recipe}: ${result}`, ...judged, ...none].join('\n');
}

function candidateTable(candidates: Explanation['candidates']): string {
  const rows = candidates.map(({ name, outputId, key, isDelivered, reason }) => [
    isDelivered ? '→' : '',
    name ?? outputId,
    key ?? '(none)',
    reason,
    outputId,
  ]);
  return plainTable(['', 'creative', 'key', 'why', 'output id'], rows);
}
