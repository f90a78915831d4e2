import { composed } from '../shared/text';
import { globMatcher } from './glob';

/** One accepted text: exactly this one, or any that the glob matches (`*` also matches a slash). */
export type Pattern = string | { readonly glob: string };

/** What a recipe requires of one fact; `not` also holds when the fact is absent. */
export type Condition = readonly Pattern[] | { readonly not: readonly Pattern[] } | { readonly present: boolean };

/** A glob is tried on no longer text: no condition with a glob holds for one. */
const LONGEST_NAME = 2_000;

/** Whether a condition holds for a fact with several names, for example id and name; an empty list means absent. */
export function conditionHolds(condition: Condition, names: readonly string[]): boolean {
  if ('present' in condition) return names.length > 0 === condition.present;
  const patterns = 'not' in condition ? condition.not : condition;
  const isTooLong = (name: string): boolean => name.length > LONGEST_NAME;
  // Neither yes nor no would be right for what was not looked at.
  if (patterns.some((pattern) => typeof pattern !== 'string') && names.some(isTooLong)) return false;
  if ('not' in condition) return !names.some((name) => matchesAny(condition.not, name));
  return names.some((name) => matchesAny(condition, name));
}

/** The condition in words, for the "no recipe" message: `"Front"`, `none of "Back"`, `anything`. */
export function describeCondition(condition: Condition): string {
  if ('present' in condition) return condition.present ? 'anything' : 'nothing';
  if ('not' in condition) return `none of ${listed(condition.not)}`;
  return listed(condition);
}

function matchesAny(patterns: readonly Pattern[], name: string): boolean {
  const text = composed(name);
  return patterns.some((pattern) =>
    typeof pattern === 'string' ? composed(pattern) === text : matcherOf(composed(pattern.glob))(text),
  );
}

const matchers = new Map<string, (name: string) => boolean>();

function matcherOf(glob: string): (name: string) => boolean {
  const known = matchers.get(glob);
  if (known !== undefined) return known;
  const matcher = globMatcher(glob);
  matchers.set(glob, matcher);
  return matcher;
}

function listed(patterns: readonly Pattern[]): string {
  return patterns.map((pattern) => `"${typeof pattern === 'string' ? pattern : pattern.glob}"`).join(', ');
}
