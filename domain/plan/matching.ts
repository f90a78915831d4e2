import type { Renders } from '../render/renders';
import { groupedBy } from '../shared/grouped-by';
import type { Candidate } from './candidate';
import { candidateId } from './candidate-id';
import { comparableKey } from './key';
import {
  chosenOutputProblem,
  hasSizeMismatch,
  conflictProblem,
  noCreativeProblem,
  noFilmProblem,
  severalAssetsProblem,
  severalCreativesProblem,
  sizeMismatchProblem,
} from './matching-problems';
import type { ExportGroup, PlannedOutput, Problem } from './export-plan';

export interface Pairing {
  readonly expected: PlannedOutput;
  readonly output: Candidate;
}

export interface Matching {
  readonly pairings: Pairing[];
  readonly problems: Problem[];
  /** The number of outputs that the filters found and no expected output needs; they are never delivered. */
  readonly extras: number;
}

/** For further expected outputs without a creative the nearest keys are not looked for: nobody reads so many. */
const MOST_COMPARED = 30;

/** Pairs each expected output with exactly one Celtra output, or explains why not; ambiguity is never a guess. */
export function matchGroup(
  group: ExportGroup,
  candidates: readonly Candidate[],
  { pixelSize = 'ignore' }: { readonly pixelSize?: 'block' | 'ignore' | undefined } = {},
): Matching {
  const comparable = (key: string): string => comparableKey(key, group.normalise);
  const byKey = groupedBy(candidates, ({ key }) => (key === undefined ? undefined : comparable(key)));
  const wantedBy = groupedBy(group.expected, ({ key }) => comparable(key));
  const pairings: Pairing[] = [];
  const problems: Problem[] = [];
  for (const expected of group.expected) {
    if (expected.chosenOutputId !== undefined) {
      // An operator's choice overrides keys and sizes.
      const [chosen, ...others] = chosenAmong(candidates, expected.chosenOutputId, expected.key, comparable);
      if (chosen === undefined) problems.push(chosenOutputProblem(expected, expected.chosenOutputId, candidates));
      else if (others.length > 0) problems.push(severalAssetsProblem(expected, [chosen, ...others]));
      else if (isNoFilm(group, chosen)) problems.push(noFilmProblem(expected, chosen, group.film));
      else pairings.push({ expected, output: chosen });
      continue;
    }
    const conflicts = wantedBy.get(comparable(expected.key)) ?? [];
    const found = byKey.get(comparable(expected.key)) ?? [];
    const [output, ...others] = found;
    if (output === undefined) problems.push(noCreativeProblem(expected, candidates, problems.length < MOST_COMPARED));
    else if (others.length > 0) problems.push(severalCreativesProblem(expected, found));
    else if (conflicts.length > 1) problems.push(conflictProblem(expected, conflicts));
    else if (isNoFilm(group, output)) problems.push(noFilmProblem(expected, output, group.film));
    else if (pixelSize === 'block' && hasSizeMismatch(expected, output))
      problems.push(sizeMismatchProblem(expected, output));
    else pairings.push({ expected, output });
  }
  return { pairings, problems, extras: candidates.length - pairings.length };
}

/** The candidates that an operator has named by an output, or by an output and one of its assets. */
function chosenAmong(
  candidates: readonly Candidate[],
  chosen: string,
  key: string,
  comparable: (key: string) => string,
): Candidate[] {
  const namedBy = (inForm: (id: string) => string): Candidate[] =>
    candidates.filter((one) => [one.outputId, candidateId(one)].some((id) => inForm(id) === inForm(chosen)));
  const exactly = namedBy((id) => id);
  // People copy a UUID from where it stands in capitals.
  const named = exactly.length > 0 ? exactly : namedBy((id) => id.toLowerCase());
  const matching = named.filter((one) => one.key !== undefined && comparable(one.key) === comparable(key));
  return named.length > 1 && matching.length === 1 ? matching : named;
}

/** Whether a film is to be delivered and this is known to be none. */
function isNoFilm({ film }: ExportGroup, { type }: Candidate): boolean {
  return film !== undefined && type !== undefined && type !== 'video';
}

export interface ChosenOutput extends Pick<
  Candidate,
  'outputId' | 'assetKey' | 'name' | 'designFileId' | 'contentHash' | 'key'
> {
  readonly expectedKey: string;
}

/** A {@link Matching} without what the workflow knows already, to keep histories small. */
export interface MatchingSummary {
  readonly chosen: readonly ChosenOutput[];
  readonly problems: Problem[];
  readonly extras: number;
  /** Set when all that was chosen is rendered already. */
  readonly renders?: Renders | undefined;
}

export function toMatchingSummary({ pairings, problems, extras }: Matching): MatchingSummary {
  const chosen = pairings.map(({ expected: { expectedKey }, output }): ChosenOutput => {
    const { outputId, assetKey, name, designFileId, contentHash, key } = output;
    const asset = assetKey === undefined ? {} : { assetKey };
    return { expectedKey, outputId, ...asset, name, designFileId, contentHash, key };
  });
  return { chosen, problems, extras };
}

/** Restores the matching from its summary. Throws for an expected output that the group does not have. */
export function restoreMatching(group: ExportGroup, { chosen, problems, extras }: MatchingSummary): Matching {
  const byKey = new Map(group.expected.map((expected) => [expected.expectedKey, expected]));
  const pairings = chosen.map(({ expectedKey, ...output }): Pairing => {
    const expected = byKey.get(expectedKey);
    // Ignoring it would lose a file silently.
    if (expected === undefined)
      throw new Error(`A creative was paired with ${expectedKey}, which is not in its group.`);
    return { expected, output };
  });
  return { pairings, problems, extras };
}
