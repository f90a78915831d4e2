import { matchGroup } from '../../domain/matching';
import { formatText, planRecord } from '../../domain/plan-record';
import type { AssetFormats } from '../../domain/recipe';
import { aCandidate, anExportGroup, aPlannedOutput } from '../support/facts';

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

describe('an asset format in words', () => {
  it.each<[AssetFormats, string]>([
    [{ Image: { image: { format: 'jpeg', quality: 80 } } }, 'jpeg 80'],
    [{ Image: { image: { format: 'jpeg' } } }, 'jpeg'],
    [{ Image: { image: { format: 'jpeg', maxSizeKb: 200 } } }, 'jpeg up to 200 kB'],
    [{ Image: { image: { format: 'png' } } }, 'png'],
    [{}, 'as Celtra chooses'],
  ])('is that of %j', (formats, words) => {
    expect(formatText(formats)).toBe(words);
  });
});
