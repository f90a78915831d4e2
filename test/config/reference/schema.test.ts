import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { configJsonSchema } from '../../../config/reference/json-schema';
import { isNamed, settings } from '../../../config/reference/settings';
import { schemaFileContent, withCurrentReference, writeSchema } from '../../../config/reference/write-schema';
import { templateScope } from '../../../domain/recipe/template-scope';
import { templateFaults } from '../../../config/recipe/template-names';

const page = readFileSync('docs/reference/settings.md', 'utf8');
const example: unknown = parse(readFileSync('extpost.example.yaml', 'utf8'));
const editor = z.fromJSONSchema(configJsonSchema());

describe('the JSON Schema', () => {
  it('is the one in extpost.schema.json (else: npm run schema)', () => {
    expect(readFileSync('extpost.schema.json', 'utf8')).toBe(schemaFileContent());
  });

  it('accepts the example as it is written, references included', () => {
    expect(editor.safeParse(example)).toMatchObject({ success: true });
  });

  it('accepts a reference where a number, a duration or a choice is asked for', () => {
    const file = {
      ...(example as object),
      receiver: { port: '${PORT}' },
      sweep: { every: '${EVERY}' },
      logging: { level: '${LEVEL}' },
    };
    expect(editor.safeParse(file)).toMatchObject({ success: true });
  });

  it.each([
    ['an unknown key', { recever: {} }],
    ['a wrong duration', { sweep: { every: '5 minutes' } }],
    ['a port out of range', { receiver: { port: 70_000 } }],
    ['a studio name in capitals', { studios: { Acme: {} } }],
    [
      'a secret that is written out',
      JSON.parse(JSON.stringify(example).replace('${ACME_CELTRA_SECRET}', 'hunter2')) as object,
    ],
  ])('refuses %s', (_what, part) => {
    expect(editor.safeParse({ ...(example as object), ...part }).success).toBe(false);
  });

  it('explains every key', () => {
    const unexplained = settings().filter(
      (setting) => isNamed(setting) && (setting.schema.description ?? '').length < 10,
    );
    expect(unexplained.map(({ path }) => path)).toEqual([]);
  });
});

describe('docs/reference/settings.md', () => {
  it('holds the tables that the definition gives (else: npm run schema)', () => {
    expect(withCurrentReference(page)).toBe(page);
  });

  it.each(
    settings()
      .filter(isNamed)
      .map(({ path, segments }) => [path, segments.at(-1) ?? '']),
  )('has a row for %s', (path, key) => {
    const group = path === key ? 'Top level' : `\`${path.slice(0, -key.length - 1)}\``;
    const table = page.split(`### ${group}\n`)[1]?.split('\n### ')[0];
    expect(table).toContain(`| \`${key}\` |`);
  });

  it('says where its marking comments are missing', () => {
    expect(() => withCurrentReference('# nothing')).toThrow('put them back');
  });

  it('is written together with the schema', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'extpost-schema-'));
    await mkdir(join(folder, 'docs', 'reference'), { recursive: true });
    await writeFile(join(folder, 'docs', 'reference', 'settings.md'), page.replace('| `temporal` |', '| `outdated` |'));
    await writeSchema(folder);
    expect(await readFile(join(folder, 'docs', 'reference', 'settings.md'), 'utf8')).toBe(page);
    expect(await readFile(join(folder, 'extpost.schema.json'), 'utf8')).toBe(schemaFileContent());
    await rm(folder, { recursive: true });
  });
});

describe('the names that templates may mention', () => {
  it('include everything that the domain gives to a template', () => {
    const expected = {
      shotId: 's',
      specId: 'p',
      name: 'n',
      variant: 1,
      variantName: 'v',
      specification: { id: 'i', name: 'n' },
    };
    const shot = {
      shotId: 's',
      position: 'Front',
      isHero: true,
      inputs: [{ assetId: 'a', fileName: 'f' }],
      expectedOutputs: [expected],
    };
    const task = {
      taskId: 't',
      contentCreationType: 'ecom' as const,
      workspace: { id: 'w', name: 'W' },
      status: 'open' as const,
      statusText: 'Open',
      productionTypeId: 1,
      deadline: 1,
      styleGuide: { id: 'g', name: 'G', properties: { a: 1 } },
      shots: [shot],
    };
    const text = { code: 'c', name: 'n', properties: {} };
    const product = { ...text, cfCode: 'c', brand: 'b', color: 'c', styleCode: 's', category: 'c' };
    const specs = [
      { specId: 'p', name: 'n', width: 1, height: 1, extension: 'jpg', dpi: 72, colorProfile: 'c', maxBytes: 1 },
    ];
    const scope = templateScope({ studio: 'acme', task, specs, job: text, product }, { shot, expected });
    const names = Object.entries(scope).flatMap(([root, members]) =>
      Object.keys(members as object).map((member) => `{{ ${root}.${member} }}`),
    );
    // The domain's own name for `spec.id`, which the documentation does not give.
    const documented = names.filter((name) => name !== '{{ spec.specId }}');
    expect(documented.flatMap((name) => templateFaults(name, 'expected'))).toEqual([]);
    expect(documented.length).toBeGreaterThan(30);
  });
});
