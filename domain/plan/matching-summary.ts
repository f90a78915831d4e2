import type { Matching, Pairing } from './matching';
import type { MatchingProblem } from './matching-problems';
import type { ExportGroup } from './export-plan';

/** The output that was chosen for an expected output, as far as a delivery needs it. */
export interface ChosenOutput {
  readonly expectedKey: string;
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly designFileId: string;
  readonly contentHash?: string | undefined;
  readonly key?: string | undefined;
}

/** A {@link Matching} as it travels through a history: what is known of the group already is not repeated. */
export interface MatchingSummary {
  readonly chosen: readonly ChosenOutput[];
  readonly problems: MatchingProblem[];
  readonly extras: number;
}

/** Leaves out what the receiver has: the expected outputs, and of each output what matching alone needed. */
export function toMatchingSummary({ pairings, problems, extras }: Matching): MatchingSummary {
  const chosen = pairings.map(({ expected: { expectedKey }, output }): ChosenOutput => {
    const { outputId, name, designFileId, contentHash, key } = output;
    return { expectedKey, outputId, name, designFileId, contentHash, key };
  });
  return { chosen, problems, extras };
}

/** The whole again: each chosen output with the expected output of its group. */
export function restoreMatching(group: ExportGroup, { chosen, problems, extras }: MatchingSummary): Matching {
  const byKey = new Map(group.expected.map((expected) => [expected.expectedKey, expected]));
  const pairings = chosen.map(({ expectedKey, ...output }): Pairing => {
    const expected = byKey.get(expectedKey);
    // Left out in silence, it would be a file that nobody misses.
    if (expected === undefined) throw new Error(`A creative was paired with ${expectedKey}, which nobody asked for.`);
    return { expected, output };
  });
  return { pairings, problems, extras };
}
