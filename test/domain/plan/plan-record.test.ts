import { matchGroup } from '../../../domain/plan/matching';
import { assetFormatText, planRecord } from '../../../domain/plan/plan-record';
import type { AssetFormats } from '../../../domain/recipe/recipe';
import { aCandidate, anExportGroup, aPlannedOutput } from '../../support/facts';

const group = { ...anExportGroup([aPlannedOutput('Front/Feed'), aPlannedOutput('Back/Feed')]), recipeHash: 'abc' };
const recordOf = (...keys: string[]) =>
  planRecord(
    [
      {
        group,
        matching: matchGroup(
          group,
          keys.map((key) => aCandidate(key)),
        ),
      },
    ],
    [],
  );

describe('the record of a plan', () => {
  it('says which creative goes out for which expected output, by which recipe, in which format, under which name', () => {
    expect(recordOf('Front/Feed', 'Back/Feed').lines[1]).toEqual({
      expectedKey: 'expected-Front/Feed',
      label: 'Front, Feed',
      recipe: 'spring-social',
      recipeHash: 'abc',
      alsoFits: undefined,
      key: 'Front/Feed',
      outputKey: 'Front/Feed',
      outputId: 'output-Front/Feed',
      outputName: 'Front/Feed',
      contentHash: 'hash-1',
      format: 'jpeg 90',
      fileName: 'Front_Feed.jpg',
    });
  });

  it('has the same hash whatever the order of Celtra’s answer', () => {
    expect(recordOf('Front/Feed', 'Back/Feed').hash).toBe(recordOf('Back/Feed', 'Front/Feed').hash);
  });

  it('has another hash when another creative goes out', () => {
    expect(recordOf('Front/Feed').hash).not.toBe(recordOf('Back/Feed').hash);
  });

  it('keeps what could not be paired, and counts what was left over', () => {
    const record = recordOf('Front/Feed', 'Side/Feed', 'Side/Story');
    expect([record.problems.map(({ label }) => label), record.extras]).toEqual([['Back, Feed'], 2]);
  });
});

describe('two requests for the same design', () => {
  const asPng = { ...group, assetFormats: { Image: { image: { format: 'png' } } } } as const;
  const all = [aCandidate('Front/Feed'), aCandidate('Back/Feed'), aCandidate('Side/Feed')];
  const matchedBy = (one: string, other: string) =>
    [
      { ...group, expected: [aPlannedOutput(one)] },
      { ...asPng, expected: [aPlannedOutput(other, { expectedKey: 'other', label: `${other} as PNG` })] },
    ].map((each) => ({ group: each, matching: matchGroup(each, all) }));

  it('count as left over only what neither of them takes', () => {
    expect(planRecord(matchedBy('Front/Feed', 'Back/Feed'), [])).toMatchObject({ problems: [], extras: 1 });
  });

  it('do not deliver one creative twice', () => {
    const message = expect.stringContaining('Front, Feed and Front/Feed as PNG need the same creative') as unknown;
    expect(planRecord(matchedBy('Front/Feed', 'Front/Feed'), []).problems).toMatchObject([
      { cause: 'ambiguous', label: 'Front, Feed', message },
      { cause: 'ambiguous', label: 'Front/Feed as PNG', message },
    ]);
  });
});

describe('the text of an asset format', () => {
  it.each<[AssetFormats, string]>([
    [{ Image: { image: { format: 'jpeg', quality: 80 } } }, 'jpeg 80'],
    [{ Image: { image: { format: 'jpeg' } } }, 'jpeg'],
    [{ Image: { image: { format: 'jpeg', maxSizeKb: 200 } } }, 'jpeg up to 200 kB'],
    [{ Image: { image: { format: 'png' } } }, 'png'],
    [{}, 'as Celtra chooses'],
  ])('is that of %j', (formats, words) => {
    expect(assetFormatText(formats)).toBe(words);
  });
});
