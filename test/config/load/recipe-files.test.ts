import { loadConfig } from '../../../config/load/load-config';
import { ConfigError } from '../../../config/load/config-error';
import { recipesSchemaFileContent } from '../../../config/reference/write-schema';
import { readFileSync } from 'node:fs';

import { ENVIRONMENT, smallFile } from '../example-files';

const recipe = (name: string, more = ''): string =>
  `- name: ${name}\n  celtra: { filters: { designFile: { id: [a] } } }\n  match: { expected: x, output: y }\n${more}`;

function load(recipes: string, files: Readonly<Record<string, string>>) {
  const all: Readonly<Record<string, string>> = {
    'vendor/extpost.yaml': smallFile({ recipes: ` [${recipes}]` }),
    ...files,
  };
  return loadConfig({
    path: 'vendor/extpost.yaml',
    environment: ENVIRONMENT,
    readFile: (path) => {
      const content = all[path];
      return content === undefined
        ? Promise.reject(Object.assign(new Error('missing'), { code: 'ENOENT' }))
        : Promise.resolve(content);
    },
    listFolder: (folder) => {
      const names = Object.keys(all).flatMap((path) =>
        path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : [],
      );
      return names.length === 0
        ? Promise.reject(Object.assign(new Error('missing'), { code: 'ENOENT' }))
        : Promise.resolve(names);
    },
  });
}

async function namesOf(...parameters: Parameters<typeof load>): Promise<string[] | undefined> {
  return (await load(...parameters)).studios['acme']?.recipes.map(({ name }) => name);
}

async function faultsOf(...parameters: Parameters<typeof load>): Promise<string[]> {
  const error: unknown = await load(...parameters).catch((reason: unknown) => reason);
  return error instanceof ConfigError ? error.message.split('\n') : [];
}

describe('recipes in files of their own', () => {
  it('stand where the list names their file, relative to the configuration', async () => {
    const inline =
      '{ name: last, celtra: { filters: { designFile: { id: [a] } } }, match: { expected: x, output: y } }';
    expect(
      await namesOf(`./recipes/spring.yaml, ${inline}`, {
        'vendor/recipes/spring.yaml': recipe('first') + recipe('second'),
      }),
    ).toEqual(['first', 'second', 'last']);
  });

  it('come in the order of their names when a pattern names them', async () => {
    const files = {
      'vendor/recipes/20-b.yaml': recipe('b'),
      'vendor/recipes/10-a.yaml': recipe('a'),
      'vendor/recipes/readme.md': 'no recipe',
    };
    expect(await namesOf('"./recipes/*.yaml"', files)).toEqual(['a', 'b']);
  });

  it('have their faults reported with their own file, line and column', async () => {
    const files = { 'vendor/recipes/spring.yaml': `${recipe('good')}${recipe('bad', '  wen: {}\n')}` };
    expect(await faultsOf('./recipes/spring.yaml', files)).toEqual([
      'vendor/recipes/spring.yaml:7:3 [1].wen: unknown key; did you mean "when"?',
    ]);
  });

  it('may not share a name with another file’s recipe', async () => {
    const files = { 'vendor/recipes/a.yaml': recipe('same'), 'vendor/recipes/b.yaml': recipe('same') };
    expect((await faultsOf('"./recipes/*.yaml"', files)).join()).toContain('vendor/recipes/b.yaml:1:9 [0].name:');
  });

  it.each([
    [
      'a file that is not there',
      './none.yaml',
      {},
      'vendor/extpost.yaml:9:15 studios.acme.recipes[0]: names the file vendor/none.yaml, which cannot be read (ENOENT)',
    ],
    [
      'a pattern without files',
      '"./recipes/*.yaml"',
      { 'vendor/recipes/readme.md': '' },
      'names no file; correct the name, or put recipes there',
    ],
    ['a folder that is not there', '"./recipes/*.yaml"', {}, 'names a folder that cannot be read (ENOENT)'],
    [
      'a file that is no list',
      './one.yaml',
      { 'vendor/one.yaml': 'name: one' },
      'vendor/one.yaml:1:1 a file of recipes must be a list',
    ],
    [
      'a file with a merge of what is no group',
      './one.yaml',
      { 'vendor/one.yaml': '- name: one\n  <<: 3' },
      'vendor/one.yaml:2:3 a merge (<<) can take only groups of settings',
    ],
    ['a file that is no YAML', './one.yaml', { 'vendor/one.yaml': '- {' }, 'vendor/one.yaml:1:4 not readable as YAML'],
  ])('are missed with the place named: %s', async (_case, recipes, files, message) => {
    expect((await faultsOf(recipes, files as Readonly<Record<string, string>>)).join('\n')).toContain(message);
  });

  it('have a schema for editors (else: npm run schema)', () => {
    expect(readFileSync('extpost.recipes.schema.json', 'utf8')).toBe(recipesSchemaFileContent());
  });
});
