import type { Matching, Pairing } from './matching';
import type { MatchingProblem } from './matching-problems';
import type { ExportGroup } from './export-plan';

/** The output matched to an expected output, without what the workflow knows already. */
export interface ChosenOutput {
  readonly expectedKey: string;
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly designFileId: string;
  readonly contentHash?: string | undefined;
  readonly key?: string | undefined;
}

/** A {@link Matching} without what the workflow knows already, to keep histories small. */
export interface MatchingSummary {
  readonly chosen: readonly ChosenOutput[];
  readonly problems: MatchingProblem[];
  readonly extras: number;
}

/** The part of a matching that an activity returns. */
export function toMatchingSummary({ pairings, problems, extras }: Matching): MatchingSummary {
  const chosen = pairings.map(({ expected: { expectedKey }, output }): ChosenOutput => {
    const { outputId, name, designFileId, contentHash, key } = output;
    return { expectedKey, outputId, name, designFileId, contentHash, key };
  });
  return { chosen, problems, extras };
}

/** Restores the matching from its summary. Throws for an expected output that the group does not have. */
export function restoreMatching(group: ExportGroup, { chosen, problems, extras }: MatchingSummary): Matching {
  const byKey = new Map(group.expected.map((expected) => [expected.expectedKey, expected]));
  const pairings = chosen.map(({ expectedKey, ...output }): Pairing => {
    const expected = byKey.get(expectedKey);
    // Ignoring it would lose a file silently.
    if (expected === undefined) throw new Error(`A creative was paired with ${expectedKey}, which nobody asked for.`);
    return { expected, output };
  });
  return { pairings, problems, extras };
}
