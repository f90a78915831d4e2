import { comparableKey, nearestKeys, onlyDifference } from './key';
import type { Candidate } from './candidate';
import { candidateId } from './candidate-id';
import type { ExportGroup, PlannedOutput, Problem } from './export-plan';
import { groupedBy } from '../shared/grouped-by';
import { pixelsText, pluralise, summariseList } from '../shared/text';
import type { CandidateChoice } from '../task/task-status';

/** No Celtra output has the wanted key: names existing keys and the difference to the most similar one. */
export function noCreativeProblem(
  expected: PlannedOutput,
  candidates: readonly Candidate[],
  looksForNearest: boolean,
): Problem {
  const { keys, lacking, bySense, byKey } = keysOf(candidates);
  const nearMatch = bySense.get(comparableKey(expected.key, ['case', 'spaces']));
  const near = looksForNearest ? nearestKeys(expected.key, keys) : [];
  const known =
    candidates.length === 0
      ? 'Celtra found no output at all for the filters.'
      : nearMatch !== undefined
        ? `There is "${nearMatch}", which differs only by ${onlyDifference(expected.key, nearMatch) ?? ''}.`
        : [looksForNearest ? withKeys(keys, near) : undefined, withoutKey(lacking)]
            .filter((part) => part !== undefined)
            .join(' ');
  const nearest = nearMatch === undefined ? near.map(({ key }) => key) : [nearMatch];
  return {
    cause: 'no creative',
    ...named(expected),
    message: `No creative for ${expected.label}: no Celtra output has the key "${expected.key}". ${known}`,
    candidates: choicesOf(nearest.flatMap((key) => byKey.get(key) ?? [])),
  };
}

interface KnownKeys {
  readonly keys: readonly string[];
  readonly lacking: readonly Candidate[];
  /** By the key without case and spaces; the first one wins. */
  readonly bySense: ReadonlyMap<string, string>;
  readonly byKey: ReadonlyMap<string, readonly Candidate[]>;
}
const knownKeys = new WeakMap<readonly Candidate[], KnownKeys>();

/** Cached, because hundreds of expected outputs can ask for the same thousands of candidates. */
function keysOf(candidates: readonly Candidate[]): KnownKeys {
  const known = knownKeys.get(candidates);
  if (known !== undefined) return known;
  const keys = [...new Set(candidates.flatMap(({ key }) => key ?? []))];
  const bySense = new Map(keys.toReversed().map((key) => [comparableKey(key, ['case', 'spaces']), key]));
  const read = {
    keys,
    lacking: candidates.filter(({ key }) => key === undefined),
    bySense,
    byKey: groupedBy(candidates, ({ key }) => key),
  };
  knownKeys.set(candidates, read);
  return read;
}

function withKeys(keys: readonly string[], near: ReturnType<typeof nearestKeys>): string | undefined {
  const [nearest, ...others] = near;
  if (nearest === undefined) return undefined;
  const further = others.length === 0 ? '' : ` Others are ${others.map(({ key }) => `"${key}"`).join(', ')}.`;
  const count = keys.length === 1 ? 'There is 1 other key' : `There are ${keys.length} other keys`;
  return `${count}; nearest is "${nearest.key}": ${nearest.difference}.${further}`;
}

/** The outputs that lack a variable of the template, and which. */
function withoutKey(lacking: readonly Candidate[]): string | undefined {
  if (lacking.length === 0) return undefined;
  const lacks = [...new Set(lacking.flatMap((candidate) => candidate.lacks ?? []))];
  return `${pluralise(lacking.length, 'output')} ${lacking.length === 1 ? 'has' : 'have'} no ${lacks.join(' or ')}.`;
}

/** An operator chose an output that the recipe's filters do not find. */
export function chosenOutputProblem(
  expected: PlannedOutput,
  outputId: string,
  candidates: readonly Candidate[],
): Problem {
  return {
    cause: 'no creative',
    ...named(expected),
    candidates: choicesOf(candidates),
    message:
      candidates.length === 0
        ? `Celtra finds no output at all by the recipe’s filters, so not ${outputId}, which was chosen for ${expected.label}.`
        : `Output ${outputId}, which was chosen for ${expected.label}, is not among the ${pluralise(candidates.length, 'output')} ` +
          `that the recipe’s filters find. Choose one: ${summariseList(candidates.map(labelled), '; ', MOST_NAMED)}; or a recipe that finds it.`,
  };
}

/** Further outputs are only counted, to keep the message readable. */
const MOST_NAMED = 4;

export function severalCreativesProblem(expected: PlannedOutput, found: readonly Candidate[]): Problem {
  const names = summariseList(found.map(described), ' and ', MOST_NAMED);
  return {
    cause: 'ambiguous',
    ...named(expected),
    message: `${found.length} creatives have the key "${expected.key}" of ${expected.label}; choose one: ${names}.`,
    candidates: choicesOf(found),
  };
}

/** An operator chose an output of which several assets could be meant. */
export function severalAssetsProblem(expected: PlannedOutput, found: readonly Candidate[]): Problem {
  const names = summariseList(found.map(titled), '; ', MOST_NAMED);
  return {
    cause: 'ambiguous',
    ...named(expected),
    candidates: choicesOf(found),
    message: `Output ${found[0]?.outputId ?? ''}, which was chosen for ${expected.label}, has ${found.length} assets; choose one: ${names}.`,
  };
}

/** The task asks for a film, and the creative is none. */
export function noFilmProblem(
  { expectedKey, label }: PlannedOutput,
  candidate: Candidate,
  film: ExportGroup['film'],
): Problem {
  const what = candidate.type === 'image' ? 'a picture' : candidate.type === 'html' ? 'a page' : 'no film';
  const message = `${described(candidate)} is ${what}, and ${label} must be a film (${film?.format ?? ''}).`;
  return { cause: 'video', expectedKey, label, message };
}

export function conflictProblem(expected: PlannedOutput, conflicts: readonly PlannedOutput[]): Problem {
  const labels = conflicts.map(({ label }) => label).join(' and ');
  return {
    cause: 'ambiguous',
    ...named(expected),
    message: `${labels} need the same creative, with the key "${expected.key}". The recipe must distinguish them.`,
  };
}

/** Whether the picture's known size differs from the spec; absent or 0 means unknown. */
export function hasSizeMismatch({ spec }: PlannedOutput, { width, height }: Candidate): boolean {
  const differs = (asked: number | undefined, has: number | undefined) => Boolean(asked && has && asked !== has);
  return differs(spec?.width, width) || differs(spec?.height, height);
}

export function sizeMismatchProblem(expected: PlannedOutput, output: Candidate): Problem {
  const { expectedKey, label, spec } = expected;
  const asked = pixelsText(spec);
  const has = `${output.width ?? 'unknown'} × ${output.height ?? 'unknown'}`;
  return {
    cause: 'spec mismatch',
    expectedKey,
    label,
    message: `${described(output)} does not match ${label}: the spec asks for ${asked} pixels, the creative has ${has}.`,
    candidates: choicesOf([output]),
  };
}

function named({ expectedKey, label }: PlannedOutput): Pick<Problem, 'expectedKey' | 'label'> {
  return { expectedKey, label };
}

/** An operator sees no more of them, and they are part of the history. */
const MOST_CHOICES = 10;

function choicesOf(candidates: readonly Candidate[]): CandidateChoice[] {
  return candidates.slice(0, MOST_CHOICES).map((candidate) => {
    const { name, key } = candidate;
    return { id: candidateId(candidate), ...(name !== undefined && { name }), ...(key !== undefined && { key }) };
  });
}

function titled(candidate: Candidate): string {
  const { name } = candidate;
  return name === undefined ? candidateId(candidate) : `${name} (${candidateId(candidate)})`;
}

/** Its name, else its key: an id alone says nothing to people. */
function labelled(candidate: Candidate): string {
  const { name, key } = candidate;
  return name === undefined && key !== undefined ? `"${key}" (${candidateId(candidate)})` : titled(candidate);
}

function described(candidate: Candidate): string {
  const { previewUrl } = candidate;
  return previewUrl === undefined ? titled(candidate) : `${titled(candidate)}, ${previewUrl}`;
}
