import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf } from '../../domain/shared/text';
import { configJsonSchema, recipesJsonSchema } from './json-schema';
import { settingsReference } from './settings-reference';

const START = '<!-- settings: written by npm run schema -->';
const END = '<!-- end of settings -->';

export function schemaFileContent(): string {
  return `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
}

export function recipesSchemaFileContent(): string {
  return `${JSON.stringify(recipesJsonSchema(), undefined, 2)}\n`;
}

/** Updates the tables of `docs/reference/settings.md`. Throws when the page lacks the two markers. */
export function withCurrentReference(page: string): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`docs/reference/settings.md must hold the lines "${START}" and "${END}"; put them back.`);
  }
  return `${before}${START}\n\n${settingsReference()}\n${END}${after}`;
}

export async function writeSchema(root: string): Promise<void> {
  const page = join(root, 'docs', 'reference', 'settings.md');
  await writeFile(join(root, 'extpost.schema.json'), schemaFileContent());
  await writeFile(join(root, 'extpost.recipes.schema.json'), recipesSchemaFileContent());
  await writeFile(page, withCurrentReference(await readFile(page, 'utf8')));
}

if (require.main === module) {
  writeSchema(process.cwd()).catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}
