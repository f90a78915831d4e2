import { expectedOutputs } from '../../../domain/task/expected-output';
import { defaultFormats, createExportPlan } from '../../../domain/plan/export-plan';
import type { Recipe } from '../../../domain/recipe/recipe';
import type { TaskFacts } from '../../../domain/task/task-facts';
import type { Specification } from '../../../domain/task/task';
import { aRecipe, aShot, aTask, anExpectedOutput, feedSpec, someFacts, storySpec } from '../../support/facts';

const plan = (facts: TaskFacts, recipes: readonly Recipe[]) =>
  createExportPlan(facts, expectedOutputs(facts.task), recipes);
const withSpecification = (specification: Specification | undefined) =>
  someFacts({
    task: aTask({ shots: [aShot({ expectedOutputs: [anExpectedOutput('feed', { specification })] })] }),
  });

describe('a plan', () => {
  it('says for each expected output which key a creative must have, and how its file will be called', () => {
    const { groups, problems } = plan(someFacts(), [aRecipe]);
    expect(problems).toEqual([]);
    expect(groups[0]?.expected.map(({ label, key, fileName }) => [label, key, fileName])).toEqual([
      ['Front, Feed', 'Front/Feed', 'SKU-1_front_feed.jpg'],
      ['Front, Story', 'Front/Story', 'SKU-1_front_story.jpg'],
    ]);
  });

  it('asks Celtra once for expected outputs with the same request', () => {
    const { groups } = plan(someFacts(), [aRecipe]);
    expect(groups.map(({ filters, expected }) => [filters, expected.length])).toEqual([
      [{ designFile: { id: ['design-1'] } }, 2],
    ]);
  });

  it('asks twice when the filters of two expected outputs differ', () => {
    const bySpec: Recipe = { ...aRecipe, celtra: { filters: { output: { name: ['{{ spec.name }}'] } } } };
    expect(plan(someFacts(), [bySpec]).groups.map(({ filters }) => filters)).toEqual([
      { output: { name: ['Feed'] } },
      { output: { name: ['Story'] } },
    ]);
  });

  it('asks twice when the formats of two expected outputs differ', () => {
    const facts = someFacts({ specs: [feedSpec, { ...storySpec, extension: 'png' }] });
    expect(plan(facts, [aRecipe]).groups.map(({ assetFormats }) => assetFormats.Image?.image.format)).toEqual([
      'jpeg',
      'png',
    ]);
  });

  it('takes the recipe’s own format before that of the spec', () => {
    const png: Recipe = {
      ...aRecipe,
      celtra: { ...aRecipe.celtra, assetFormats: { Image: { image: { format: 'png' } } } },
    };
    expect(plan(someFacts(), [png]).groups[0]?.assetFormats).toEqual({ Image: { image: { format: 'png' } } });
  });

  it('keeps the good expected outputs apart from those with a problem', () => {
    const front: Recipe = { ...aRecipe, match: { ...aRecipe.match, expected: '{{ spec.dpi }}' } };
    const facts = someFacts({ specs: [{ ...feedSpec, dpi: 72 }, storySpec] });
    const { groups, problems } = plan(facts, [front]);
    expect([groups.flatMap(({ expected }) => expected.map(({ key }) => key)), problems.length]).toEqual([['72'], 1]);
  });
});

describe('the recipe of an expected output', () => {
  const second: Recipe = { ...aRecipe, name: 'second', when: {} };

  it('is the first that fits', () => {
    expect(plan(someFacts(), [aRecipe, second]).groups.map(({ recipe }) => recipe)).toEqual(['spring-social']);
  });

  it('is the next one when the first does not match', () => {
    expect(plan(withSpecification({ id: 'OTHER' }), [aRecipe, second]).groups[0]?.recipe).toBe('second');
  });

  it('names the later recipes that fit too', () => {
    const [first] = plan(someFacts(), [aRecipe, second]).groups;
    expect(first?.expected.map(({ alsoFits }) => alsoFits)).toEqual([['second'], ['second']]);
  });

  it.each<[string, Recipe['when'], boolean]>([
    ['the specification’s id', { specification: ['SPRING-SOCIAL'] }, true],
    ['the specification’s name', { specification: ['Spring social set'] }, true],
    ['any of a list', { specification: ['AUTUMN', 'SPRING-SOCIAL'] }, true],
    ['another specification', { specification: ['AUTUMN'] }, false],
    ['the content creation type', { contentCreationType: ['ecom'] }, true],
    ['another content creation type', { contentCreationType: ['editorial'] }, false],
    ['the workspace’s name', { workspace: ['Acme'] }, true],
    ['another workspace', { workspace: ['Bolt'] }, false],
    ['the position', { position: ['Front'] }, true],
    ['another position', { position: ['Back'] }, false],
    ['one right and one wrong condition', { position: ['Front'], workspace: ['Bolt'] }, false],
  ])('is chosen by %s', (_condition, when, fits) => {
    expect(plan(someFacts(), [{ ...aRecipe, when }]).groups.length > 0).toBe(fits);
  });
});

describe('a problem of a plan', () => {
  it('names the specification that no recipe fits', () => {
    expect(plan(withSpecification({ id: 'AUTUMN', name: 'Autumn set' }), [aRecipe]).problems).toMatchObject([
      {
        cause: 'no recipe',
        label: 'Front, Feed',
        message:
          'No recipe matches Front, Feed (specification Autumn set). spring-social requires specification "SPRING-SOCIAL", found "AUTUMN" or "Autumn set".',
      },
    ]);
  });

  it('says when the studio set no specification', () => {
    expect(plan(withSpecification(undefined), [aRecipe]).problems[0]?.message).toBe(
      'No recipe matches Front, Feed (no specification). spring-social requires specification "SPRING-SOCIAL", found nothing.',
    );
  });

  it('says when nobody names a format that Celtra can make', () => {
    const facts = someFacts({ specs: [{ ...feedSpec, extension: 'psd' }, storySpec] });
    expect(plan(facts, [aRecipe]).problems).toMatchObject([
      { cause: 'no recipe', message: expect.stringContaining('Recipe spring-social sets no asset format') },
    ]);
  });

  it('leaves a film to a person, whatever recipe would fit', () => {
    const facts = someFacts({ specs: [{ ...feedSpec, extension: 'mp4' }, storySpec] });
    expect(plan(facts, [aRecipe]).problems).toMatchObject([
      {
        cause: 'video',
        label: 'Front, Feed',
        message: 'Front, Feed must be a film (mp4), and no recipe allows films.',
      },
    ]);
  });

  it('names the recipe, the expected output and the variable that is missing', () => {
    expect(plan(someFacts({ job: undefined }), [aRecipe]).problems[0]).toMatchObject({
      cause: 'template',
      message: expect.stringMatching(
        /^Recipe spring-social cannot be used for Front, Feed: .*mentions job\.properties/,
      ),
    });
  });
});

describe('the format of a recipe that names none', () => {
  it.each([
    ['JPEG of good quality', { extension: 'jpg' }, { format: 'jpeg', quality: 90 }],
    ['JPEG by its other name', { extension: 'jpeg' }, { format: 'jpeg', quality: 90 }],
    [
      'JPEG of at most a size, then without quality',
      { extension: 'jpg', maxBytes: 512_500 },
      { format: 'jpeg', maxSizeKb: 500 },
    ],
    ['PNG', { extension: 'png', maxBytes: 512_500 }, { format: 'png' }],
    ['TIFF', { extension: 'tif' }, { format: 'tiff' }],
  ])('is %s', (_case, spec, image) => {
    expect(defaultFormats({ specId: 'spec', ...spec })).toEqual({ Image: { image } });
  });

  it.each(['webp', 'psd', undefined])('is none for %s', (extension) => {
    expect(defaultFormats({ specId: 'spec', extension })).toBeUndefined();
  });

  it('is what the file name ends in, when the spec does not say', () => {
    expect([defaultFormats(undefined, 'SKU-1.PNG'), defaultFormats({ specId: 'spec' }, 'SKU-1.jpg')]).toEqual([
      { Image: { image: { format: 'png' } } },
      { Image: { image: { format: 'jpeg', quality: 90 } } },
    ]);
  });

  it('is what the spec asks for, whatever the file name ends in', () => {
    expect(defaultFormats(feedSpec, 'SKU-1.png')?.Image?.image.format).toBe('jpeg');
  });

  it('is none without a spec and without an extension', () => {
    expect(defaultFormats(undefined, 'SKU.1')).toBeUndefined();
  });

  it('is none without a spec', () => {
    expect(defaultFormats(undefined)).toBeUndefined();
  });
});
