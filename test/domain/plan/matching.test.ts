import { matchGroup } from '../../../domain/plan/matching';
import { toCandidate } from '../../../domain/plan/candidate';
import { aCandidate, aCeltraOutput, anExportGroup, aPlannedOutput, feedSpec } from '../../support/facts';

const feed = aPlannedOutput('Front/Feed');
const story = aPlannedOutput('Front/Story');
const lacking = aCandidate('nothing', { key: undefined, lacks: 'output.contentDimensionsByName.Key' });

describe('a Celtra output as a candidate', () => {
  it('has the key that the recipe’s template makes of it', () => {
    const candidate = toCandidate(aCeltraOutput('output-1'), '{{ output.contentDimensionsByName.Key | downcase }}');
    expect(candidate).toEqual({
      outputId: 'output-1',
      name: 'Creative output-1',
      designFileId: 'design-1',
      contentHash: 'hash-1',
      type: 'image',
      key: 'front/feed',
    });
  });

  it('has no key when it lacks what the template mentions, and says what', () => {
    const candidate = toCandidate(aCeltraOutput('output-1'), '{{ output.mediaLineItemAttributesByName.Size }}');
    expect([candidate.key, candidate.lacks]).toEqual([undefined, 'output.mediaLineItemAttributesByName']);
  });

  it('carries no address', () => {
    const candidate = toCandidate(aCeltraOutput('output-1'), '{{ output.contentDimensionsByName.Key }}');
    expect(JSON.stringify(candidate)).not.toContain('https://');
  });
});

describe('matching', () => {
  it('pairs each expected output with the one creative that has its key', () => {
    const candidates = [aCandidate('Front/Story'), aCandidate('Back/Feed'), aCandidate('Front/Feed')];
    const { pairings, problems } = matchGroup(anExportGroup([feed, story]), candidates);
    expect(problems).toEqual([]);
    expect(pairings.map(({ expected, output }) => [expected.key, output.outputId])).toEqual([
      ['Front/Feed', 'output-Front/Feed'],
      ['Front/Story', 'output-Front/Story'],
    ]);
  });

  it('says so when Celtra found nothing at all', () => {
    const { pairings, problems } = matchGroup(anExportGroup([feed]), []);
    expect([pairings, problems]).toEqual([
      [],
      [
        {
          cause: 'no creative',
          expectedKey: feed.expectedKey,
          candidates: [],
          label: 'Front, Feed',
          message:
            'No creative for Front, Feed: no Celtra output has the key "Front/Feed". Celtra found no output at all for the filters.',
        },
      ],
    ]);
  });

  it('offers the creatives with the nearest keys', () => {
    const { problems } = matchGroup(anExportGroup([feed]), [aCandidate('Front/Feet', { name: 'Hero' })]);
    expect(problems[0]?.candidates).toEqual([{ id: 'output-Front/Feet', name: 'Hero', key: 'Front/Feet' }]);
  });

  it('names the nearest key, and which part of it differs', () => {
    const { problems } = matchGroup(anExportGroup([feed]), [aCandidate('Back/Story'), aCandidate('Front/Feet')]);
    expect(problems[0]?.message).toContain(
      'There are 2 other keys; nearest is "Front/Feet": part 2 is "Feet" instead of "Feed". Others are "Back/Story".',
    );
  });

  it('names only some keys when there are many', () => {
    const many = Array.from({ length: 20 }, (_, index) => aCandidate(`key-${index}`));
    expect(matchGroup(anExportGroup([feed]), many).problems[0]?.candidates).toHaveLength(3);
  });

  it('says how a size differs that cannot fit the spec, when the studio wants that checked', () => {
    const sized = { ...feed, spec: feedSpec };
    const { pairings, problems } = matchGroup(
      anExportGroup([sized]),
      [aCandidate('Front/Feed', { width: 1080, height: 1350 })],
      { pixelSize: 'block' },
    );
    expect([pairings, problems[0]?.cause, problems[0]?.message]).toEqual([
      [],
      'spec mismatch',
      'Front/Feed (output-Front/Feed) does not match Front, Feed: the spec asks for 1080 × 1080 pixels, the creative has 1080 × 1350.',
    ]);
  });

  it('does not reject a creative without a size for its size', () => {
    const sized = { ...feed, spec: feedSpec };
    const candidate = aCandidate('Front/Feed', { width: 0 });
    expect(matchGroup(anExportGroup([sized]), [candidate], { pixelSize: 'block' }).problems).toEqual([]);
  });

  it.each([
    ['its id', 'output-Wrong', 'Wrong'],
    ['its id in capitals', 'OUTPUT-WRONG', 'Wrong'],
    ['the exact one of two ids', 'output-wrong', 'wrong'],
  ])('takes the creative that an operator names by %s', (_, chosenOutputId, key) => {
    const candidates = chosenOutputId === 'output-wrong' ? ['Wrong', 'wrong'] : ['Wrong'];
    const { pairings } = matchGroup(
      anExportGroup([{ ...feed, chosenOutputId }]),
      candidates.map((one) => aCandidate(one)),
    );
    expect(pairings.map(({ output }) => output.outputId)).toEqual([`output-${key}`]);
  });

  it('counts the creatives that nobody wants', () => {
    expect(matchGroup(anExportGroup([feed]), [aCandidate('Front/Feed'), aCandidate('Back/Feed'), lacking]).extras).toBe(
      2,
    );
  });

  it('matches a key that differs by case or spaces only when the recipe allows it', () => {
    const group = { ...anExportGroup([feed]), normalise: ['case', 'spaces'] as const };
    expect(matchGroup(group, [aCandidate(' front / FEED')]).pairings).toHaveLength(1);
  });

  it('matches a key in the other form of Unicode, which is the same text', () => {
    const wanted = { ...feed, key: 'Détail'.normalize('NFC') };
    const { pairings } = matchGroup(anExportGroup([wanted]), [aCandidate('Détail'.normalize('NFD'))]);
    expect(pairings).toHaveLength(1);
  });

  it('refuses to choose when two creatives are alike but for what the recipe allows', () => {
    const group = { ...anExportGroup([feed]), normalise: ['case'] as const };
    const { problems } = matchGroup(group, [aCandidate('Front/Feed'), aCandidate('front/feed')]);
    expect(problems.map(({ cause }) => cause)).toEqual(['ambiguous']);
  });

  it('points at a key that differs only by spaces', () => {
    const { problems } = matchGroup(anExportGroup([feed]), [aCandidate('Front/ Feed ')]);
    expect(problems[0]?.message).toContain('There is "Front/ Feed ", which differs only by spaces.');
  });

  it('points at a key that differs only by case', () => {
    const { problems } = matchGroup(anExportGroup([feed]), [aCandidate('front/feed')]);
    expect(problems[0]?.message).toContain('There is "front/feed", which differs only by case.');
  });

  it('counts outputs that lack what the key is made of', () => {
    const { problems } = matchGroup(anExportGroup([feed]), [aCandidate('Back/Feed'), lacking, lacking]);
    expect(problems[0]?.message).toContain('2 outputs have no output.contentDimensionsByName.Key.');
  });

  it('mentions no keys when no output has one', () => {
    const { problems } = matchGroup(anExportGroup([feed]), [lacking]);
    expect(problems[0]?.message).toMatch(
      /no Celtra output has the key "Front\/Feed"\. 1 output has no output\.contentDimensionsByName\.Key\.$/,
    );
  });

  it('refuses to choose between several creatives', () => {
    const conflicting = [aCandidate('Front/Feed', { name: 'A' }), aCandidate('Front/Feed', { name: undefined })];
    expect(matchGroup(anExportGroup([feed]), conflicting)).toEqual({
      pairings: [],
      problems: [
        {
          cause: 'ambiguous',
          expectedKey: feed.expectedKey,
          label: 'Front, Feed',
          message:
            '2 creatives have the key "Front/Feed" of Front, Feed; choose one: A (output-Front/Feed) and output-Front/Feed.',
          candidates: [
            { id: 'output-Front/Feed', name: 'A', key: 'Front/Feed' },
            { id: 'output-Front/Feed', key: 'Front/Feed' },
          ],
        },
      ],
      extras: 2,
    });
  });

  it('refuses to give one creative to two expected outputs', () => {
    const second = { ...feed, expectedKey: 'second', label: 'Front, Feed 2' };
    const { pairings, problems } = matchGroup(anExportGroup([feed, second]), [aCandidate('Front/Feed')]);
    expect([pairings, problems.map(({ cause }) => cause), problems[0]?.message]).toEqual([
      [],
      ['ambiguous', 'ambiguous'],
      expect.stringContaining('Front, Feed and Front, Feed 2 need the same creative'),
    ]);
  });

  it('pairs what is clear beside what is not', () => {
    const { pairings, problems } = matchGroup(anExportGroup([feed, story]), [aCandidate('Front/Story')]);
    expect([pairings.length, problems.length]).toEqual([1, 1]);
  });
});
