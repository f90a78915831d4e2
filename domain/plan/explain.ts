import { pixelsText } from '../shared/text';
import { expectedOutputKey, type ShotOutput } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import { comparableKey, nearestKeys, onlyDifference } from './key';
import type { Candidate } from './candidate';
import { candidateId } from './candidate-id';
import { hasSizeMismatch } from './matching-problems';
import type { PlannedOutput, Problem } from './export-plan';
import { assetFormatText, type MatchedGroup, type PlanRecord } from './plan-record';
import type { Recipe } from '../recipe/recipe';
import { evaluateConditions } from '../recipe/recipe-choice';
import type { TaskFacts } from '../task/task-facts';

interface ExplainedGroup extends MatchedGroup {
  readonly candidates: readonly Candidate[];
}

export interface PlannedTask {
  readonly facts: TaskFacts;
  readonly recipes: readonly Recipe[];
  readonly matched: readonly ExplainedGroup[];
  readonly record: PlanRecord;
}

/** Explains for one expected output which recipes were considered, and for each creative why it is delivered or not. */
export function explainOutput(planned: PlannedTask, output: ShotOutput) {
  const { facts, recipes, matched, record } = planned;
  const label = expectedOutputLabel(facts, output);
  const expectedKey = expectedOutputKey(output.expected);
  const found = matched.flatMap((each) => {
    const expected = each.group.expected.find((one) => one.expectedKey === expectedKey);
    return expected === undefined ? [] : [{ ...each, expected }];
  })[0];
  return {
    label,
    recipes: explainRecipes(recipes, facts, output),
    /** The Celtra request; absent when no recipe fits. */
    request: found && {
      key: found.expected.key,
      fileName: found.expected.fileName,
      format: assetFormatText(found.group.assetFormats),
      filters: found.group.filters,
    },
    /** The delivered one first, then by similarity of keys. */
    candidates: found === undefined ? [] : explainCandidates(found, found.expected),
    problems: problemsOf(record, label).map(({ message }) => message),
  };
}

export type Explanation = ReturnType<typeof explainOutput>;

/** Why an expected output has no creative, each message once. */
export function problemsOf({ problems }: PlanRecord, label: string): Problem[] {
  const about = problems.filter((problem) => problem.label === label);
  return [...new Map(about.map((problem) => [problem.message, problem])).values()];
}

/** The same as a text. */
export function whyNothing(record: PlanRecord, label: string): string {
  return problemsOf(record, label)
    .map(({ message }) => message)
    .join(' ');
}

function explainRecipes(recipes: readonly Recipe[], facts: TaskFacts, output: ShotOutput) {
  let isTaken = false;
  return recipes.map((recipe) => {
    const conditions = evaluateConditions(recipe, facts, output);
    if (!conditions.every((condition) => condition.holds)) {
      return { recipe: recipe.name, result: 'does not match' as const, conditions };
    }
    const result = isTaken ? ('matches, but an earlier recipe is used' as const) : ('taken' as const);
    isTaken = true;
    return { recipe: recipe.name, result, conditions };
  });
}

/** Why each creative is delivered for this output, or why not. */
function explainCandidates({ group, candidates, matching }: ExplainedGroup, expected: PlannedOutput) {
  const comparable = (key: string): string => comparableKey(key, group.normalise);
  const wanted = comparable(expected.key);
  const hasWantedKey = ({ key }: Candidate): boolean => key !== undefined && comparable(key) === wanted;
  const conflicts = group.expected.filter((other) => other !== expected && comparable(other.key) === wanted);
  const sameKey = candidates.filter(hasWantedKey).length;
  const takenBy = new Map(matching.pairings.map(({ output, expected: by }) => [candidateId(output), by]));
  const keys = candidates.flatMap(({ key }) => key ?? []);
  const nearness = new Map(nearestKeys(expected.key, keys, keys.length).map(({ key }, index) => [key, index]));

  const reasonFor = (candidate: Candidate): string => {
    const { key, lacks } = candidate;
    if (key === undefined) return `has no key: it lacks ${lacks ?? 'what the recipe mentions'}`;
    const taker = takenBy.get(candidateId(candidate));
    if (taker?.expectedKey === expected.expectedKey) return 'delivered: the only creative with this key';
    if (!hasWantedKey(candidate)) {
      const apart = onlyDifference(expected.key, key);
      const difference = nearestKeys(expected.key, [key], 1)[0]?.difference ?? 'it is another one';
      const taken = taker === undefined ? '' : `; delivered for ${taker.label}`;
      if (apart === undefined) return `key differs: ${difference}${taken}`;
      const optIn = `"normalise: [${apart.replace(' and ', ', ')}]" in the recipe would allow it`;
      return `key differs only by ${apart}; ${optIn}${taken}`;
    }
    if (sameKey > 1) return `one of ${sameKey} creatives with this key; it must identify one`;
    if (conflicts.length > 0) return `${conflicts.map(({ label }) => label).join(' and ')} also need it`;
    if (hasSizeMismatch(expected, candidate)) return sizes(expected, candidate);
    return 'has this key but cannot be delivered';
  };
  const rank = (candidate: Candidate): number => {
    if (hasWantedKey(candidate)) return -1;
    return nearness.get(candidate.key ?? '') ?? Infinity;
  };

  return candidates
    .map((candidate) => ({ candidate, at: rank(candidate) }))
    .sort((one, other) => (one.at === other.at ? 0 : one.at - other.at))
    .map(({ candidate }) => ({
      outputId: candidateId(candidate),
      name: candidate.name,
      key: candidate.key,
      isDelivered: takenBy.get(candidateId(candidate))?.expectedKey === expected.expectedKey,
      reason: reasonFor(candidate),
    }));
}

function sizes({ spec }: PlannedOutput, candidate: Candidate): string {
  return `the picture has ${pixelsText(candidate)} pixels, the spec asks for ${pixelsText(spec)}`;
}
