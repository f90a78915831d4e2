import { createExportPlan } from '../../../domain/plan/export-plan';
import { matchGroup } from '../../../domain/plan/matching';
import type { Recipe } from '../../../domain/recipe/recipe';
import type { FilmDelivery } from '../../../domain/render/film';
import { expectedOutputs } from '../../../domain/task/expected-output';
import type { OutputSpec } from '../../../domain/task/task';
import { aCandidate, anExpectedOutput, aRecipe, aShot, aTask, feedSpec, someFacts } from '../../support/facts';

const EXPECTED_KEY = 'shot-front/spec-feed/1';

/** The plan of a task with one expected output. */
function plan(spec: Partial<OutputSpec>, films?: FilmDelivery, chosen?: string) {
  const { extension: _, ...plain } = feedSpec;
  const facts = someFacts({
    task: aTask({ shots: [aShot({ expectedOutputs: [anExpectedOutput('feed')] })] }),
    specs: [{ ...plain, ...spec }],
  });
  const recipe: Recipe = { ...aRecipe, convert: { density: 72 }, ...(films && { films }) };
  const choices = chosen === undefined ? {} : { [EXPECTED_KEY]: chosen };
  return createExportPlan(facts, expectedOutputs(facts.task), [recipe], choices);
}

const words = 'Front, Feed must be a film (mp4), and no recipe allows films.';

describe('an expected output that is a film', () => {
  it.each<[string, FilmDelivery | undefined]>([
    ['says nothing of films', undefined],
    ['says ask', { action: 'ask' }],
  ])('is left to a person when the recipe %s', (_, films) => {
    expect(plan({ extension: 'mp4' }, films)).toMatchObject({
      groups: [],
      problems: [{ cause: 'video', label: 'Front, Feed', message: words }],
    });
  });

  it('is requested with the preset and checked by the limits of the recipe, without its conversion', () => {
    const films: FilmDelivery = { action: 'deliver', preset: 'x264_hq', maxSeconds: 15 };
    const { groups, problems } = plan({ extension: 'mp4' }, films);
    expect(problems).toEqual([]);
    expect(groups).toMatchObject([
      {
        assetFormats: { Video: { video: { preset: 'x264_hq' } } },
        film: { format: 'mp4', preset: 'x264_hq', maxSeconds: 15 },
        expected: [{ fileName: 'SKU-1_front_feed.mp4' }],
      },
    ]);
    expect(groups[0]?.convert).toBeUndefined();
  });

  it('is requested as Celtra chooses when the recipe names no preset', () => {
    expect(plan({ extension: 'mov' }, { action: 'deliver' }).groups).toMatchObject([
      { assetFormats: {}, film: { format: 'mov' } },
    ]);
  });

  it('has the recipe’s format where the task names none', () => {
    expect(plan({}, { action: 'deliver', format: 'mp4' }).groups).toMatchObject([
      { film: { format: 'mp4' }, expected: [{ fileName: 'SKU-1_front_feed.mp4' }] },
    ]);
  });

  it('stays a picture where the task asks for one, whatever the recipe says of films', () => {
    expect(plan({ extension: 'jpg' }, { action: 'deliver', format: 'mp4' }).groups[0]?.film).toBeUndefined();
  });

  it('is left to a person in a format that Creative Force does not take', () => {
    const { problems } = plan({ extension: 'avi' }, { action: 'deliver' });
    expect(problems).toMatchObject([
      { cause: 'video', message: 'Front, Feed must be a film (avi), and Creative Force accepts only mp4 and mov.' },
    ]);
  });

  it('is delivered when an operator has chosen an output for it, although the recipe would ask', () => {
    const { groups, problems } = plan({ extension: 'mp4' }, undefined, 'output-clip');
    expect([problems, groups[0]?.film, groups[0]?.expected[0]?.chosenOutputId]).toEqual([
      [],
      { format: 'mp4' },
      'output-clip',
    ]);
  });

  it.each([
    ['a picture', 'image', 'is a picture, and Front, Feed must be a film (mp4).'],
    ['a page', 'html', 'is a page, and Front, Feed must be a film (mp4).'],
  ] as const)('is not answered by %s, found or chosen', (_, type, message) => {
    for (const chosen of [undefined, 'output-Front/Feed']) {
      const [group] = plan({ extension: 'mp4' }, { action: 'deliver' }, chosen).groups;
      const { pairings, problems } = matchGroup(group ?? failNoGroup(), [aCandidate('Front/Feed', { type })]);
      expect(pairings).toEqual([]);
      expect(problems).toMatchObject([{ cause: 'video', message: expect.stringContaining(message) as string }]);
    }
  });
});

function failNoGroup(): never {
  throw new Error('The plan has no group.');
}
