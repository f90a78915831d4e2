import { neededReads } from '../../../domain/recipe/needed-reads';
import type { Recipe } from '../../../domain/recipe/recipe';
import { aRecipe } from '../../support/facts';

describe('the reads that recipes need', () => {
  const recipe = (expectedKey: string, filter = 'design-1'): Recipe => ({
    ...aRecipe,
    celtra: { filters: { designFile: { id: [filter] } } },
    match: { ...aRecipe.match, expected: expectedKey },
  });

  it.each([
    ['none for what comes with the task', '{{ shot.position }}/{{ job.code }}/{{ product.cfCode }}', []],
    ['the job for its properties', "{{ job.properties['Season'] }}", ['job']],
    ['the product for its name', '{{ product.name }}', ['product']],
    ['the product for all of it', '{{ product | json }}', ['product']],
    ['the project for its code, which does not come with the task', '{{ project.code }}', ['project']],
    ['the deliverables for the first one', '{{ deliverable.outputName }}', ['deliverable']],
    ['the deliverables for all of them', '{{ deliverables[1].code }}', ['deliverable']],
    ['the input assets for their names', '{{ shot.inputs[0].fileName }}', ['inputAssets']],
  ])('are %s', (_case, template, wanted) => {
    const reads = neededReads([recipe(template)]);
    expect(Object.entries(reads).flatMap(([name, isNeeded]) => (isNeeded === true ? [name] : []))).toEqual(wanted);
  });

  it('count what filters mention', () => {
    expect(neededReads([recipe('{{ spec.name }}', '{{ job.name }}')]).job).toBe(true);
  });

  it('count the properties by which a recipe is chosen', () => {
    const chosen: Recipe = { ...aRecipe, when: { properties: { deliverable: { Channel: ['Web'] } } } };
    expect(neededReads([chosen]).deliverable).toBe(true);
  });

  it('are those of all recipes together', () => {
    expect(neededReads([recipe('{{ job.name }}'), recipe('{{ product.brand }}')])).toEqual({
      job: true,
      product: true,
      project: false,
      deliverable: false,
      inputAssets: false,
      ifMissing: [],
    });
  });

  it.each([
    ['the key', recipe('{{ product.code }}/{{ job.code }}'), ['job.code', 'product.code']],
    ['a filter', recipe('{{ spec.name }}', '{{ product.cfCode }}'), ['product.cfCode']],
    ['a condition of the template', recipe('{% if task.deadline %}late{% endif %}'), ['task.deadline']],
  ])('note what %s mentions, in case the task lacks it', (_case, mentioning, ifMissing) => {
    expect(neededReads([mentioning]).ifMissing).toEqual(ifMissing);
  });

  it('note what the names of input files mention', () => {
    expect(neededReads([], ['{{ studio.name }}/{{ product.code }}']).ifMissing).toEqual(['product.code']);
  });
});
