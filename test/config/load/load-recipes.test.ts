import { loadRecipes } from '../../../config/load/load-recipes';

const recipe = (name: string): string =>
  `- name: ${name}\n  celtra: { filters: { designFile: { id: [a] } } }\n  match: { expected: x, output: y }\n`;

function load(files: Readonly<Record<string, string>>, path = 'vendor/extpost.yaml', environment = {}) {
  return loadRecipes({
    path,
    environment,
    readFile: (file) => {
      const content = files[file];
      return content === undefined
        ? Promise.reject(Object.assign(new Error('missing'), { code: 'ENOENT' }))
        : Promise.resolve(content);
    },
    listFolder: (folder) =>
      Promise.resolve(
        Object.keys(files).flatMap((file) => (file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : [])),
      ),
  });
}

describe('recipes read alone', () => {
  it('come from a file of recipes, for whatever studio', async () => {
    const book = await load({ 'spring.yaml': recipe('one') + recipe('two') }, 'spring.yaml');
    expect(book.studios).toBeUndefined();
    expect(book.recipesOf('anybody')?.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('come from a configuration, whose addresses and secrets need not be there', async () => {
    const file = `studios:\n  acme:\n    creativeForce: { clientSecret: '\${NOT_SET}' }\n    recipes:\n      ${recipe('one').trim().replaceAll('\n', '\n      ')}\n`;
    const book = await load({ 'vendor/extpost.yaml': file });
    expect(book.studios).toEqual(['acme']);
    expect(book.recipesOf('acme')?.map(({ name }) => name)).toEqual(['one']);
    expect(book.recipesOf()).toHaveLength(1);
    expect(book.recipesOf('nobody')).toBeUndefined();
  });

  it('come from the files that a configuration names, less the tables of cases beside them', async () => {
    const book = await load({
      'vendor/extpost.yaml': 'studios: { acme: { recipes: [./recipes/*.yaml] } }',
      'vendor/recipes/a.yaml': recipe('a'),
      'vendor/recipes/a.cases.yaml': 'cases: []',
    });
    expect(book.recipesOf('acme')?.map(({ name }) => name)).toEqual(['a']);
  });

  it.each([
    ['- name: x\n  celtra: {}\n', 'spring.yaml:2:3 [0].celtra.filters: this setting is missing'],
    ['- nam: x\n', 'spring.yaml:1:3 [0].nam: unknown key; did you mean "name"?'],
    [recipe('x') + recipe('x'), 'spring.yaml:4:9 [1].name: "x" is already the name of recipe 1'],
    ['name: x\n', 'spring.yaml:1:1 this is neither a list of recipes nor a configuration with studios'],
    ['- {', 'spring.yaml:1:'],
    [`${recipe('x')}- hello\n`, 'spring.yaml:4:3 [1]: "hello" '],
  ])('tell place and fault of %j', async (text, said) => {
    await expect(load({ 'spring.yaml': text }, 'spring.yaml')).rejects.toThrow(said);
  });

  it('say that the file is not there', async () => {
    await expect(load({}, 'spring.yaml')).rejects.toThrow('spring.yaml:1:1 the file cannot be read (ENOENT)');
  });
});
