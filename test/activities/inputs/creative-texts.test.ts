import { creativeTexts } from '../../../activities/inputs/creative-texts';
import type { Recipe } from '../../../domain/recipe/recipe';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { aCeltraAsset, aCeltraOutput, aRecipe, someFacts } from '../../support/facts';
import { aCeltraClient } from '../activity-harness';

const withTexts: Recipe = { ...aRecipe, celtra: { ...aRecipe.celtra, texts: ['headline', 'price'] } };
const output = aCeltraOutput('output-1', {
  assets: [aCeltraAsset(), { key: 'headline', type: 'text', status: 'finished', text: 'New in' }],
});

function read(recipe: Recipe, answer: () => Promise<CeltraOutput[]>) {
  const celtra = aCeltraClient(answer);
  const studio = { name: 'acme', recipes: [recipe], celtra, celtraCaller: 'extpost' };
  return creativeTexts(studio, someFacts(), new AbortController().signal);
}

describe('the texts of creatives', () => {
  it('are those that the recipe names, by expected output', async () => {
    expect(await read(withTexts, () => Promise.resolve([output]))).toEqual({
      found: [{ label: 'Front, Feed', creative: 'Creative output-1', texts: { headline: 'New in' } }],
    });
  });

  it('are not asked for when no recipe names any', async () => {
    expect(await read(aRecipe, () => Promise.reject(new Error('Celtra was asked.')))).toBeUndefined();
  });

  it('are missing with the reason when Celtra cannot be read', async () => {
    expect(await read(withTexts, () => Promise.reject(new Error('Celtra is away.')))).toEqual({
      found: [],
      why: 'Celtra is away.',
    });
  });
});
