import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { exitCodes } from '../../../cli/exit-codes';
import { makePlan } from '../../../domain/plan/make-plan';
import { saveTask } from '../../../cli/plan/saved-task';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { expectedOutputs } from '../../../domain/task/expected-output';
import { createExportPlan, type ExportGroup } from '../../../domain/plan/export-plan';
import { aCeltraOutput, aRecipe, someFacts } from '../../support/facts';
import { runCommand } from '../run-command';

const recipe = (name: string, more = ''): string => `- name: ${name}
  celtra: { filters: { designFile: { id: ["{{ job.properties['Celtra project'] }}"] } } }
  match: { expected: '{{ shot.position }}/{{ spec.name }}', output: '{{ output.contentDimensionsByName.Key }}'${more} }
`;
const head = `recipes: recipes.yaml
task: { job: { properties: { Celtra project: design-1 } }, product: { code: SKU-1 } }
creatives:
  - { name: The front, contentDimensionsByName: { Key: Front/Feed } }
cases:
`;

describe('extpost recipes test', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-recipes-'));
    await write('recipes.yaml', recipe('by-name'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const inFolder = (name: string): string => path.join(folder, name);
  const write = (name: string, text: string): Promise<void> => writeFile(inFolder(name), text);
  const test = async (cases: string) => {
    await write('my.cases.yaml', head + cases);
    return runCommand('recipes', 'test', inFolder('my.cases.yaml'));
  };

  describe('with a table of cases', () => {
    it('passes what comes out as expected, a line for each case', async () => {
      const { out, exitCode } = await test(`  - name: the front is found\n    expect: { Front/Feed: The front }\n`);
      expect(exitCode).toBe(exitCodes.done);
      expect(out).toMatch(/^ok +\S+my\.cases\.yaml:6 the front is found\n1 case: all pass\.\n$/);
    });

    it('fails what does not, says what would be instead, and ends with a code of its own', async () => {
      const { out, err, exitCode } = await test(
        `  - name: the back is found\n    expect: { Back/Feed: The back }\n  - name: fine\n    expect: { Front/Feed: The front }\n`,
      );
      expect(exitCode).toBe(exitCodes.wouldNotGoOut);
      expect(out).toMatch(
        /FAIL \S+:6 the back is found\n +Back\/Feed: expected The back; it would be: No creative for/,
      );
      expect(err).toBe('1 of 2 cases failed.');
    });

    it('accepts a problem where one is expected, by its text and its cause', async () => {
      const { exitCode } = await test(
        `  - name: nothing of the back\n    expect: { Back/Feed: { problem: [Back/Feed, nearest], cause: no creative } }\n`,
      );
      expect(exitCode).toBe(exitCodes.done);
    });

    it.each([
      ['{ problem: differs only by case }', 'expected a problem with "differs only by case"'],
      ['{ creative: The front, recipe: other }', 'expected recipe other'],
      ['{ creative: The front, format: png }', 'expected format png'],
    ])('holds %s against what comes out', async (expected, said) => {
      expect((await test(`  - name: x\n    expect: { Front/Feed: ${expected} }\n`)).out).toContain(said);
    });

    it('does not let an expected output pass of which the case says nothing', async () => {
      const { out } = await test(
        `  - name: x\n    wanted: [Front/Feed, Back/Feed]\n    expect: { Front/Feed: The front }\n`,
      );
      expect(out).toContain('Back/Feed: the case does not say what is expected');
    });

    it('lets no creative go out twice, also not in two formats', async () => {
      const same = (format: string, when: string): string =>
        recipe(format)
          .replace('{{ shot.position }}/{{ spec.name }}', 'Front/Feed')
          .replace(
            '  celtra: {',
            `  when: ${when}\n  celtra: { assetFormats: { Image: { image: { format: ${format} } } },`,
          );
      await write('recipes.yaml', same('png', '{ spec: Feed }') + same('tiff', '{}'));
      const { out, exitCode } = await test(
        `  - name: x\n    expect: { Front/Feed: { problem: need the same creative }, Front/Story: { problem: need the same creative } }\n`,
      );
      expect(out).toContain('all pass');
      expect(exitCode).toBe(exitCodes.done);
    });

    it('counts what is found and left over', async () => {
      const { out } = await test(`  - name: x\n    extras: 3\n    expect: { Front/Feed: The front }\n`);
      expect(out).toContain('extras: expected 3, there are 0');
    });

    it('does not find a creative that the filters exclude', async () => {
      const { out } = await test(
        `  - name: x\n    creatives:\n      - { name: Far, designFile: { id: other }, contentDimensionsByName: { Key: Front/Feed } }\n    expect: { Front/Feed: Far }\n`,
      );
      expect(out).toContain('Celtra found no output at all for the filters');
    });

    it('lets a case take a property away', async () => {
      const { exitCode } = await test(
        `  - name: x\n    task: { job: { properties: { Celtra project: null } } }\n    expect: { Front/Feed: { problem: Celtra project, cause: template } }\n`,
      );
      expect(exitCode).toBe(exitCodes.done);
    });

    it('names file and line of what is wrong with a table, and which keys there are', async () => {
      const { err, exitCode } = await test(`  - name: x\n    expekt: {}\n    expect: { Front/Feed: The front }\n`);
      expect(exitCode).toBe(exitCodes.wrongUse);
      expect(err).toMatch(/my\.cases\.yaml:6:\d+ cases\[0\]: unknown key expekt; known here: name, task, wanted/);
    });

    it.each([
      ['[]', 'cases: this is an empty list; give at least one value'],
      ['7', 'cases: this is not a list'],
      ['[{ name: 7, expect: {} }]', 'cases[0].name: this is a number where text is expected; put it in quotes'],
      ['[{ expect: {} }]', 'cases[0].name: this setting is missing'],
    ])('says in words what is wrong with the cases %s', async (cases, words) => {
      await write('my.cases.yaml', `recipes: recipes.yaml\ncases: ${cases}\n`);
      const { err } = await runCommand('recipes', 'test', inFolder('my.cases.yaml'));
      expect(err).toContain(words);
    });

    it.each([
      ['assets: 3', 'creatives[0].assets: this is not a group of settings'],
      ['assets: { image: { width: wide } }', 'creatives[0].assets.image.width: expected a number, found string'],
      ['designFile: { name: [1] }', 'creatives[0].designFile.name: expected text, found a list'],
    ])('says in words where a creative is not as Celtra prints it: %s', async (said, words) => {
      await write(
        'my.cases.yaml',
        `recipes: recipes.yaml\ncreatives: [{ name: x, ${said} }]\ncases: [{ name: x, expect: {} }]\n`,
      );
      const { err, exitCode } = await runCommand('recipes', 'test', inFolder('my.cases.yaml'));
      expect([err, exitCode]).toEqual([expect.stringContaining(words), 2]);
    });

    it('names file and line of what is wrong with the recipes', async () => {
      await write('recipes.yaml', recipe('by-name', ', normalize: [case]'));
      const { err } = await test(`  - name: x\n    expect: { Front/Feed: The front }\n`);
      expect(err).toMatch(/recipes\.yaml:3:\d+ \[0\]\.match\.normalize: unknown key; did you mean "normalise"/);
    });

    it('finds the tables beside the configuration by itself, and says where when there are none', async () => {
      const { err, exitCode } = await runCommand('recipes', 'test', '--config', inFolder('extpost.yaml'));
      expect(exitCode).toBe(exitCodes.wrongUse);
      expect(err).toContain(`(*.cases.yaml) in ${folder} or ${inFolder('recipes')}`);
      await write('my.cases.yaml', `${head}  - name: found\n    expect: { Front/Feed: The front }\n`);
      expect((await runCommand('recipes', 'test', '--config', inFolder('extpost.yaml'))).out).toContain('found');
    });

    it('runs the worked example', async () => {
      const example = path.resolve(__dirname, '../../../examples/recipes/spring.cases.yaml');
      expect((await runCommand('recipes', 'test', example)).out).toMatch(/\d+ cases: all pass\./);
    });
  });

  describe('with another version of the recipes', () => {
    const outputs = ['Front/Feed', 'Front/Story', 'front/feed'].map((key) =>
      aCeltraOutput(key, { name: key, facts: { id: key, name: key, status: 'finished', ...detailsOf(key) } }),
    );
    const against = (version: string) =>
      runCommand(
        'recipes',
        'test',
        '--against',
        version,
        '--tasks',
        inFolder('tasks'),
        '--recipes',
        inFolder('recipes.yaml'),
      );

    beforeEach(async () => {
      const facts = someFacts();
      const due = expectedOutputs(facts.task);
      const plan = createExportPlan(facts, due, [aRecipe]);
      const answers = new Map<ExportGroup, readonly CeltraOutput[]>(plan.groups.map((group) => [group, outputs]));
      const made = makePlan({ facts, due, recipes: [aRecipe], plan, answers, preflight: { onMismatch: 'block' } });
      await saveTask(inFolder('tasks'), made, { onMismatch: 'block' });
    });

    it('says that nothing would change, and how many would be chosen by another recipe', async () => {
      await write('old.yaml', recipe('old-name'));
      expect((await against(inFolder('old.yaml'))).out).toBe(
        '1 saved task: nothing would change. 2 expected outputs would be chosen by another recipe, with the same result.\n',
      );
    });

    it('shows for each task what would change', async () => {
      await write('old.yaml', recipe('by-name', ', normalise: [case]'));
      const { out, exitCode } = await against(inFolder('old.yaml'));
      expect(exitCode).toBe(exitCodes.done);
      expect(out).toContain(
        '1 of 2 expected outputs would change\n  Front, Feed\n    before: nothing: 2 creatives have the key',
      );
      expect(out).toContain('    now:    Front/Feed (recipe by-name, SKU-1_front_feed.jpg, jpeg 90)');
    });

    it('says where the saved creatives stand for an answer that was never asked for', async () => {
      await write('old.yaml', recipe('by-name').replace("{{ job.properties['Celtra project'] }}", 'elsewhere'));
      const { out } = await against(inFolder('old.yaml'));
      expect(out).toContain('of the 3 creatives saved, 0 pass its filters; Celtra may have others.');
    });

    it('takes what a file was at a commit of git', async () => {
      const git = (...words: string[]) =>
        promisify(execFile)('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...words]);
      await git('init', '--quiet');
      await write('recipes.yaml', recipe('by-name', ', normalise: [case]'));
      await git('add', 'recipes.yaml');
      await git('commit', '--quiet', '--message', 'first');
      await write('recipes.yaml', recipe('by-name'));
      expect((await against('HEAD')).out).toContain('1 saved task: 1 would change');
    });

    it('says that a version is neither a file nor a commit', async () => {
      const { err, exitCode } = await against('no-such-thing');
      expect(exitCode).toBe(exitCodes.wrongUse);
      expect(err).toContain('"no-such-thing" is neither a file nor a commit, branch or tag');
    });

    it('says how tasks are saved when there are none', async () => {
      await write('old.yaml', recipe('by-name'));
      await rm(inFolder('tasks'), { recursive: true });
      expect((await against(inFolder('old.yaml'))).err).toContain('cannot be read (ENOENT)');
    });

    it('refuses one switch without the other', async () => {
      const { exitCode } = await runCommand('recipes', 'test', '--tasks', inFolder('tasks'));
      expect(exitCode).toBe(exitCodes.wrongUse);
    });
  });
});

function detailsOf(key: string): Readonly<Record<string, unknown>> {
  return { designFile: { id: 'design-1', contentBlobHash: 'hash-1' }, contentDimensionsByName: { Key: key } };
}
