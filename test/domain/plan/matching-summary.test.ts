import { toMatchingSummary, restoreMatching, matchGroup } from '../../../domain/plan/matching';
import { aCandidate, anExportGroup, aPlannedOutput } from '../../support/facts';

const group = anExportGroup([aPlannedOutput('Front/Feed'), aPlannedOutput('Back/Feed')]);
const matching = matchGroup(group, [aCandidate('Front/Feed'), aCandidate('Side/Feed')]);

describe('a matching as it travels', () => {
  it('is whole again where the group is known', () => {
    expect(restoreMatching(group, toMatchingSummary(matching))).toEqual(matching);
  });

  it('is refused where the group is another one, so that no file is left out in silence', () => {
    const other = anExportGroup([aPlannedOutput('Back/Feed')]);
    expect(() => restoreMatching(other, toMatchingSummary(matching))).toThrow('paired with expected-Front/Feed');
  });
});
