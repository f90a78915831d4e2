import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, loadRecipes, type ConfigFault } from '../../config';
import { pathText } from '../../config/load/config-error';
import { toConfigFindings } from '../../config/load/validation-messages';
import { readYaml } from '../../config/load/yaml-document';
import type { Recipe } from '../../domain/recipe/recipe';
import { casesSchema, type Case, type CasesFile } from './cases-schema';

export interface LoadedCases {
  readonly file: string;
  readonly studio: string;
  readonly recipes: readonly Recipe[];
  readonly table: CasesFile;
  /** Each with the line that it begins in. */
  readonly cases: readonly (Case & { readonly line: number })[];
}

/** Reads a table of cases and its recipes. Throws ConfigError with every fault, each with its file and line. */
export async function loadCases(file: string): Promise<LoadedCases> {
  const source = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw fault(file, `the file cannot be read (${code}); correct its name`);
  });
  const yaml = readYaml(source);
  const faults: ConfigFault[] = yaml.faults.map((each) => ({ ...each, path: '' }));
  if (!yaml.isReadable) throw new ConfigError(file, faults);
  const read = yaml.plain();
  if ('fault' in read) throw fault(file, read.fault);
  const parsed = casesSchema.safeParse(read.content);
  for (const issue of parsed.error?.issues ?? []) {
    const own = { path: issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment)) };
    const findings = ownMessages.has(issue.code)
      ? [{ ...own, message: issue.message, isAboutValue: false }]
      : toConfigFindings([issue], read.content);
    for (const { path: where, message, isAboutValue } of findings) {
      const subject = isAboutValue ? 'this ' : '';
      faults.push({ ...yaml.place(where, 'value'), path: pathText(where), message: subject + message });
    }
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(file, faults);
  const table = parsed.data;
  const files = [table.recipes].flat();
  const recipes: Recipe[] = [];
  for (const [index, name] of files.entries()) {
    const book = await loadRecipes({ path: path.join(path.dirname(file), name) });
    const found = book.recipesOf(table.studio);
    if (found === undefined) {
      const there = (book.studios ?? []).join(', ');
      const message = `${name} has the studios ${there}: name with "studio:" the one whose recipes are tested`;
      throw new ConfigError(file, [{ ...yaml.place(['recipes', index], 'value'), path: 'recipes', message }]);
    }
    recipes.push(...found);
  }
  const cases = table.cases.map((each, index) => ({ ...each, line: yaml.place(['cases', index], 'value').line }));
  return { file, studio: table.studio ?? 'studio', recipes, table, cases };
}

/** Their words are those of the schema of cases; the others are translated like those of the configuration. */
const ownMessages: ReadonlySet<string> = new Set(['unrecognized_keys', 'invalid_union']);

function fault(file: string, message: string): ConfigError {
  return new ConfigError(file, [{ line: 1, column: 1, path: '', message }]);
}
