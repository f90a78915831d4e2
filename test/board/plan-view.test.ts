import { planView } from '../../board/recipes/plan-view';
import { passesFilters } from '../../clients/planning/saved-task';
import { planSavedTask } from '../../domain/plan/plan-saved-task';
import { expectedOutputs } from '../../domain/task/expected-output';
import type { Recipe } from '../../domain/recipe/recipe';
import { aCeltraOutput, aRecipe, someFacts } from '../support/facts';

const facts = someFacts();
const task = { studio: 'acme', taskId: facts.task.taskId };
const output = (key: string) =>
  aCeltraOutput(key, { name: key, facts: { id: key, name: key, contentDimensionsByName: { Key: key } } });

function view(keys: readonly string[], recipes: readonly Recipe[] = [aRecipe]) {
  const searches = [{ filters: { designFile: { id: ['design-1'] } }, outputs: keys.map(output) }];
  const saved = { facts, due: expectedOutputs(facts.task), preflight: { onMismatch: 'block' as const }, searches };
  return planView(task, planSavedTask(saved, recipes, passesFilters), []);
}

describe('the plan of a task on the board', () => {
  it('shows which creative each expected output would get', () => {
    const { outputs, isComplete, outcome } = view(['Front/Feed', 'Front/Story']);
    expect(outputs.map(({ label, creative }) => [label, creative?.name])).toEqual([
      ['Front, Feed', 'Front/Feed'],
      ['Front, Story', 'Front/Story'],
    ]);
    expect([isComplete, outcome]).toEqual([true, '2 of 2 expected outputs would be delivered']);
  });

  it('says why an output would get none, and what was near', () => {
    const [, story] = view(['Front/Feed', 'front/story']).outputs;
    expect(story).toMatchObject({
      problems: [expect.stringContaining('No creative for Front, Story')],
      candidates: expect.arrayContaining([
        expect.objectContaining({ name: 'front/story', reason: expect.stringContaining('differs only by') }),
      ]),
    });
    expect(story?.creative).toBeUndefined();
  });

  it('says which recipe fits, and why the others do not', () => {
    const other = { ...aRecipe, name: 'autumn', when: { specification: ['AUTUMN'] } };
    expect(view(['Front/Feed'], [other, aRecipe]).outputs[0]?.recipes).toEqual([
      { name: 'autumn', result: expect.stringMatching(/^does not match: specification must be/) },
      { name: 'spring-social', result: 'taken' },
    ]);
  });
});
