import { expectedOutputs } from '../../../domain/task/expected-output';
import type { Recipe } from '../../../domain/recipe/recipe';
import { fittingRecipes, evaluateConditions } from '../../../domain/recipe/recipe-choice';
import type { TaskFacts } from '../../../domain/task/task-facts';
import { aRecipe, aTask, someFacts } from '../../support/facts';

const facts: TaskFacts = someFacts({
  task: aTask({
    productionTypeId: 1001,
    styleGuide: { id: 'guide-1', name: 'On model', properties: { Season: 'SS27' } },
  }),
  job: { properties: { Season: 'SS27', Rush: true } },
  product: { properties: { Line: 7 } },
  project: { properties: { Channel: 'Web' } },
  deliverables: [{ properties: { Size: 'Large' } }, { properties: { Size: 'Small' } }],
});
const [front] = expectedOutputs(facts.task);
if (front === undefined) throw new Error('The task of the tests has no expected output.');
const recipeFor = (when: Recipe['when']): Recipe => ({ ...aRecipe, when });

describe('a recipe', () => {
  it.each<[string, Recipe['when'], boolean]>([
    ['the production type’s number', { productionType: ['1001'] }, true],
    ['another production type', { productionType: ['1'] }, false],
    ['the style guide’s name', { styleGuide: ['On model'] }, true],
    ['the style guide’s id', { styleGuide: ['guide-1'] }, true],
    ['the spec’s name', { spec: [{ glob: 'Fee?' }] }, true],
    ['the spec’s id', { spec: ['spec-feed'] }, true],
    ['a position that it must not be', { position: { not: ['Front'] } }, false],
    ['a property of the job', { properties: { job: { Season: ['SS27'] } } }, true],
    ['a property that is true', { properties: { job: { Rush: ['true'] } } }, true],
    ['a property that is a number', { properties: { product: { Line: ['7'] } } }, true],
    ['a property of the project', { properties: { project: { Channel: ['Print'] } } }, false],
    ['a property of the first deliverable', { properties: { deliverable: { Size: ['Large'] } } }, true],
    ['a property of a further deliverable', { properties: { deliverable: { Size: ['Small'] } } }, false],
    ['a property of the style guide', { properties: { styleGuide: { Season: [{ glob: 'SS*' }] } } }, true],
    ['a property that is missing', { properties: { job: { Colour: { present: false } } } }, true],
    ['a name that every object has', { properties: { job: { constructor: { present: true } } } }, false],
    ['one right and one wrong property', { properties: { job: { Season: ['SS27'], Rush: ['false'] } } }, false],
  ])('is chosen by %s', (_condition, when, expected) => {
    expect(fittingRecipes([recipeFor(when)], facts, front).length === 1).toBe(expected);
  });

  it('says of every condition what it wants and what the task has', () => {
    expect(
      evaluateConditions(recipeFor({ position: ['Back'], properties: { job: { Season: ['AW'] } } }), facts, front),
    ).toEqual([
      { condition: 'position', wanted: '"Back"', found: ['Front'], holds: false },
      { condition: 'job.properties.Season', wanted: '"AW"', found: ['SS27'], holds: false },
    ]);
  });
});
