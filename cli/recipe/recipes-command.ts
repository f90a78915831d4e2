import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { Command, Option } from 'commander';

import { passesFilters } from '../../clients';
import { type LoadedRecipes, loadRecipes } from '../../config';
import { pluralise } from '../../domain/shared/text';
import { CommandError, exitCodes, usageError } from '../exit-codes';
import { loadSavedTasks } from '../plan/saved-task';
import { configOption } from '../shared/options';
import { printable } from '../shared/terminal-text';
import { comparePlans, type TaskChange } from '../../domain/plan/compare-plans';
import { loadCases } from './load-cases';
import { loadRecipeVersion } from './recipe-version';
import { type CaseResult, runCases } from './run-cases';

interface TestOptions extends Partial<AgainstOptions> {
  readonly config: string;
}

export function recipesCommand(): Command {
  const test = new Command('test')
    .description(
      'run cases (*.cases.yaml) against their recipes, offline;\n' +
        'or, with --against, show what another version of the recipes would change in saved tasks',
    )
    .argument('[files...]', 'tables of cases; default: those beside the configuration and in its folder recipes/')
    .addOption(configOption())
    .option('--against <version>', 'a file of recipes, a configuration, or a commit, branch or tag of git')
    .option('--tasks <folder>', 'with --against: tasks saved by "extpost plan --save"')
    .option('--recipes <file>', 'with --against: the recipes as they are now; default: those of the configuration')
    .addOption(new Option('--json', 'with --against: print what would change as JSON'))
    .action((files: string[], { config, against, tasks, recipes = config, json }: TestOptions) => {
      if (against === undefined && tasks === undefined) return testRecipes(files, config);
      if (against === undefined || tasks === undefined) throw usageError('--against and --tasks need each other.');
      return compareRecipes({ against, tasks, recipes, ...(json === true && { json }) });
    });
  return new Command('recipes').description('test recipes without any account').addCommand(test);
}

const CASES = /\.cases\.ya?ml$/;

/** Runs tables of cases and prints a line for each. Throws CommandError when one fails. */
async function testRecipes(files: readonly string[], config: string): Promise<void> {
  const chosen = files.length > 0 ? files : await casesBeside(config);
  const results: CaseResult[] = [];
  for (const file of chosen) results.push(...runCases(await loadCases(file)));
  for (const { name, file, line, failures } of results) {
    console.log(printable(`${failures.length === 0 ? 'ok  ' : 'FAIL'} ${file}:${line} ${name}`));
    for (const failure of failures) console.log(printable(`       ${failure}`));
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const all = pluralise(results.length, 'case');
  if (failed > 0) throw new CommandError(`${failed} of ${all} failed.`, exitCodes.wouldNotGoOut);
  console.log(`${all}: all pass.`);
}

/** The tables beside the configuration, and in its folder of recipes. */
async function casesBeside(config: string): Promise<string[]> {
  const beside = path.dirname(config);
  const folders = [beside, path.join(beside, 'recipes')];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder).catch(() => []))
        .filter((name) => CASES.test(name))
        .toSorted()
        .map((name) => path.join(folder, name)),
    ),
  );
  const files = found.flat();
  if (files.length === 0) {
    throw usageError(
      `There is no table of cases (*.cases.yaml) in ${folders.join(' or ')}. Name one, or write one: docs/recipes.md.`,
    );
  }
  return files;
}

export interface AgainstOptions {
  readonly against: string;
  readonly tasks: string;
  /** The recipes as they are now: a file of them, or a configuration. */
  readonly recipes: string;
  readonly json?: true;
}

/** Tells what the recipes as they are now would change in saved tasks, compared with another version of them. */
async function compareRecipes({ against, tasks, recipes, json }: AgainstOptions): Promise<void> {
  const [before, after] = [await loadRecipeVersion(against, recipes), await loadRecipes({ path: recipes })];
  const saved = await loadSavedTasks(tasks);
  const changes = saved.map((task) => {
    const { studio } = task.facts;
    return comparePlans(task, of(before, studio, against), of(after, studio, recipes), passesFilters);
  });
  changes.sort((one, other) => one.title.localeCompare(other.title));
  console.log(json === true ? JSON.stringify(changes, undefined, 2) : changesText(changes));
}

function of(book: LoadedRecipes, studio: string, where: string) {
  const recipes = book.recipesOf(studio);
  if (recipes !== undefined) return recipes;
  throw usageError(`${where} has no studio "${studio}", of which there are saved tasks.`);
}

function changesText(changes: readonly TaskChange[]): string {
  const changed = changes.filter((task) => task.changes.length > 0);
  const details = changed.map(({ title, taskId, expected, changes: own, warnings }) =>
    [
      `${title} (${taskId}): ${own.length} of ${pluralise(expected, 'expected output')} would change`,
      ...own.flatMap(({ label, before, after }) => [`  ${label}`, `    before: ${before}`, `    now:    ${after}`]),
      ...warnings.map((warning) => `  ${warning}`),
    ]
      .map(printable)
      .join('\n'),
  );
  const all = pluralise(changes.length, 'saved task');
  const otherRecipe = changes.reduce((count, task) => count + task.otherRecipe, 0);
  const renamed =
    otherRecipe === 0
      ? ''
      : ` ${pluralise(otherRecipe, 'expected output')} would be chosen by another recipe, with the same result.`;
  const sum =
    changed.length === 0
      ? `${all}: nothing would change.`
      : `${all}: ${changed.length} would change, ${changes.length - changed.length} would not.`;
  return [...details, sum + renamed].join('\n\n');
}
