import { faultLines, fileWithRecipe, load, smallFile } from '../example-files';

async function recipeOf(source: string) {
  return (await load(source)).studios['acme']?.recipes[0];
}

describe('a recipe', () => {
  it('turns one condition into a list', async () => {
    const recipe = await recipeOf(
      fileWithRecipe({ when: '{ position: Front, workspace: [a, b], contentCreationType: ecom }' }),
    );
    expect(recipe?.when).toEqual({ position: ['Front'], workspace: ['a', 'b'], contentCreationType: ['ecom'] });
  });

  it('is chosen by text, lists, globs, what must not be, and what must be there or not', async () => {
    const when =
      '{ position: { glob: "Front*" }, spec: [a, { glob: b }], productionType: 1001, styleGuide: { not: x }, specification: { present: true }, properties: { job: { Season: { not: [a, b] } } } }';
    expect((await recipeOf(fileWithRecipe({ when })))?.when).toEqual({
      position: [{ glob: 'Front*' }],
      spec: ['a', { glob: 'b' }],
      productionType: ['1001'],
      styleGuide: { not: ['x'] },
      specification: { present: true },
      properties: { job: { Season: { not: ['a', 'b'] } } },
    });
  });

  it.each([
    ['{ position: {} }', 'when.position: this takes exactly one of glob, not and present'],
    ['{ position: { glob: a, not: b } }', 'when.position: this takes exactly one of glob, not and present'],
    [
      '{ position: { gob: a } }',
      'when.position.gob: unknown key; a condition takes exactly one of glob, not and present',
    ],
    ['{ position: true }', 'when.position: true is not text, a list of texts, { glob: … }'],
    ['{ properties: { jobs: { a: b } } }', 'properties.jobs: unknown key; did you mean "job"?'],
    ['{ positions: Front }', 'when.positions: unknown key; did you mean "position"?'],
  ])('cannot be chosen by %s', async (when, message) => {
    const faults = await faultLines(fileWithRecipe({ when }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });

  it.each([
    '{ designFile: { id: [a, "{{ product.code }}"] } }',
    '{ folder: { id: [a] }, output: { name: [a, 1, true, null] } }',
    '{ account: { id: [a] }, designFile: { lastModificationTimestamp: [{ gte: "2026-01-01 00:00:00", lt: 5 }] } }',
    '{ designFile: [{ object: { id: [a], lastModificationTimestamp: [{ gt: "2026-01-01" }] } }] }',
  ])('keeps the filters %s', async (filters) => {
    const recipe = await recipeOf(fileWithRecipe({ filters }));
    expect(Object.keys(recipe?.celtra.filters ?? {}).length).toBeGreaterThan(0);
  });

  it.each([
    ['{ format: png }', { format: 'png' }],
    ['{ format: png, colors: 256 }', { format: 'png', colors: 256 }],
    ['{ format: jpeg, quality: 0 }', { format: 'jpeg', quality: 0 }],
    ['{ format: jpeg, maxSizeKb: 200 }', { format: 'jpeg', maxSizeKb: 200 }],
    ['{ format: tiff }', { format: 'tiff' }],
  ])('takes the format %s', async (written, image) => {
    const recipe = await recipeOf(fileWithRecipe({ rest: `, assetFormats: { Image: { image: ${written} } }` }));
    expect(recipe?.celtra.assetFormats).toEqual({ Image: { image } });
  });

  it.each([
    ['{ format: webp }', 'image.format: "webp" is webp, which Creative Force does not take; use jpeg, png or tiff'],
    ['{ format: jpg }', 'image.format: "jpg" is jpg; Celtra calls it jpeg'],
    ['{ format: gif }', 'is not a file format that can be delivered; use jpeg, png or tiff'],
    ['{ quality: 5 }', 'image.format: this setting is missing'],
    ['{ format: png, quality: 8 }', 'image.quality: unknown key'],
    ['{ format: png, colors: 1 }', '1 is too small; at least 2'],
    ['{ format: png, colors: 257 }', '257 is too large; at most 256'],
    ['{ format: jpeg, quality: 101 }', '101 is too large; at most 100'],
    ['{ format: jpeg, maxSizeKb: 0 }', '0 is too small; more than 0'],
    ['{ format: jpeg, quality: 90, maxSizeKb: 5 }', 'has both quality and maxSizeKb'],
  ])('refuses the format %s', async (written, message) => {
    const faults = await faultLines(fileWithRecipe({ rest: `, assetFormats: { Image: { image: ${written} } }` }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });

  it.each([
    ['{ designFile: { id: [] } }', 'filters.designFile.id: this is an empty list; give at least one value'],
    ['{ designFile: { id: a } }', '"a" is not a list; write the accepted values as [ … ]'],
    ['{ designFile: { id: [[a]] } }', 'is not text, a number, true, false, null or an object with eq, gt, gte'],
    ['{ designFile: { id: [{}] } }', 'this names no operator; use eq, gt, gte, lt, lte or object'],
    ['{ designFile: { id: [{ like: a }] } }', 'id[0].like: unknown key; an object in a list takes eq, gt, gte'],
    ['{ designFile: { id: [{ neq: a }] } }', 'id[0].neq: "neq" uses an operator that Celtra does not document'],
    ['{ designFile: { id: [a], name: [b] } }', 'designFile.name: this cannot be filtered on: Celtra refuses it'],
    ['{ output: { name: [a] } }', 'filters: this needs designFile.id, or folder.id, or account.id together with'],
    ['{ account: { id: [a] } }', 'Celtra refuses a search without'],
    [
      '{ folder: { id: [a] }, ouput: { name: [a] } }',
      'filters.ouput: this is not a place to filter on; did you mean output',
    ],
    ['{ folder: { id: [a] }, mediaLineItem: { x: [a] } }', 'a property of the Output itself goes under output'],
    [
      '{ folder: { id: [a] }, output: { status: [a] } }',
      'output.status: this cannot be filtered on: Celtra refuses it',
    ],
    ['{ folder: { id: ["{{ x"] } }', 'id[0]: "{{ x" is not a Liquid template: output "{{ x" not closed'],
    ['{ folder: { id: [{ eq: "{{ jub.code }}" }] } }', 'mentions jub, which does not exist; did you mean job?'],
  ])('refuses the filters %s', async (filters, message) => {
    const faults = await faultLines(fileWithRecipe({ filters }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });

  it.each([
    ['expected', '"{{ product.code }"', 'is not a Liquid template: output "{{ product.code }" not closed'],
    ['expected', '"{{ product.code | upcas }}"', 'is not a Liquid template: undefined filter: upcas'],
    [
      'expected',
      '"{{ product.colour }}"',
      'mentions product.colour, which does not exist; did you mean product.color?',
    ],
    ['expected', '"{{ output.name }}"', 'mentions output, which does not exist; known here: studio, workspace, task'],
    ['output', '"{{ product.code }}"', 'mentions product, which does not exist; known here: output'],
    ['output', '""', '"" is empty; give it a value'],
  ])('refuses match.%s: %s', async (side, written, message) => {
    const faults = await faultLines(fileWithRecipe({ [side]: written }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^extpost\.yaml:10:\d+ studios\.acme\.recipes\[0\]\.match\./);
    expect(faults[0]).toContain(message);
  });

  it.each([
    "{{ job.properties['Celtra project'] }}",
    '{% if product.brand == "A" %}{{ product.code | downcase }}{% else %}x{% endif %}',
    '{% assign who = product.code %}{{ who }}',
    '{{ shot.inputs[0].fileName | default: "none" }}',
    'plain text',
  ])('accepts the template %s', async (template) => {
    const recipe = await recipeOf(fileWithRecipe({ expected: JSON.stringify(template) }));
    expect(recipe?.match.expected).toBe(template);
  });

  it('has a name of its own, also while something else about it is wrong', async () => {
    const one = '{ name: same, celtra: { filters: { folder: { id: [a] } } }, match: { expected: a, output: b } }';
    const faults = await faultLines(smallFile({ recipes: `\n      - ${one}\n      - { name: same }` }));
    expect(faults).toContain(
      'extpost.yaml:11:17 studios.acme.recipes[1].name: "same" is already the name of recipe 1; give each recipe a name of its own',
    );
    expect(faults).toHaveLength(3);
  });
});
