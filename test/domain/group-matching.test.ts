import { groupMatching, wholeMatching } from '../../domain/group-matching';
import { matchGroup } from '../../domain/matching';
import { aCandidate, anExportGroup, aPlannedOutput } from '../support/facts';

const group = anExportGroup([aPlannedOutput('Front/Feed'), aPlannedOutput('Back/Feed')]);
const matching = matchGroup(group, [aCandidate('Front/Feed'), aCandidate('Side/Feed')]);

describe('a matching as it travels', () => {
  it('is whole again where the group is known', () => {
    expect(wholeMatching(group, groupMatching(matching))).toEqual(matching);
  });

  it('is refused where the group is another one, so that no file is left out in silence', () => {
    const other = anExportGroup([aPlannedOutput('Back/Feed')]);
    expect(() => wholeMatching(other, groupMatching(matching))).toThrow('paired with expected-Front/Feed');
  });
});
