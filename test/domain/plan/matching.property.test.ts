import fc from 'fast-check';

import { comparableKey } from '../../../domain/plan/key';
import { matchGroup } from '../../../domain/plan/matching';
import { type Candidate } from '../../../domain/plan/candidate';
import type { KeyNormalisation } from '../../../domain/recipe/recipe';
import { aCandidate, anExportGroup, aPlannedOutput } from '../../support/facts';
import { propertyRuns } from '../../support/property-runs';

/** Few letters, so that keys often meet, also but for case and spaces. */
const key = fc
  .tuple(fc.constantFrom('Front', 'front', 'Back', ' Front'), fc.constantFrom('Feed', 'feed', 'Feed ', 'Story'))
  .map((parts) => parts.join('/'));
const expected = fc.array(key, { maxLength: 6 });
const found = fc.array(fc.option(key, { nil: undefined }), { maxLength: 8 });
const leniency = fc.subarray<KeyNormalisation>(['case', 'spaces']);

describe('matching of any task', () => {
  it('never pairs what is not the only one with equal keys, on both sides', () => {
    fc.assert(
      fc.property(expected, found, leniency, (wanted, keys, normalise) => {
        const group = {
          ...anExportGroup(wanted.map((text, index) => aPlannedOutput(text, { expectedKey: String(index) }))),
          normalise,
        };
        const candidates: Candidate[] = keys.map((text, index) =>
          aCandidate(String(index), { outputId: String(index), key: text }),
        );
        const { pairings, problems, extras } = matchGroup(group, candidates);
        const same = (one: string | undefined, other: string): boolean =>
          one !== undefined && comparableKey(one, normalise) === comparableKey(other, normalise);
        const equalOnes = pairings.map(({ expected: { key: wantedKey } }) => [
          candidates.filter((candidate) => same(candidate.key, wantedKey)),
          group.expected.filter((other) => same(other.key, wantedKey)),
        ]);
        expect(equalOnes).toEqual(pairings.map((pairing) => [[pairing.output], [pairing.expected]]));
        expect(pairings.length + problems.length).toBe(wanted.length);
        expect(extras).toBe(candidates.length - pairings.length);
      }),
      { numRuns: propertyRuns(10_000) },
    );
  });

  it('takes the same pair whatever the order in which Celtra answers', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1 }), fc.infiniteStream(fc.nat()), (keys, order) => {
        const group = anExportGroup(keys.map((text) => aPlannedOutput(text)));
        const candidates = keys.map((text) => aCandidate(text));
        const shuffled = [...candidates].sort(() => ((order.next().value ?? 0) % 2 === 0 ? 1 : -1));
        expect(matchGroup(group, shuffled).pairings).toEqual(matchGroup(group, candidates).pairings);
      }),
    );
  });
});
