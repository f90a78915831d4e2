import { text } from 'node:stream/consumers';

import { Command, Option } from 'commander';

import { createAddressSeal } from '../../activities';
import { type ExtpostConfig, loadRecipes } from '../../config';
import { type Step, steps } from '../../domain/operator/decisions';
import type { Recipe } from '../../domain/recipe/recipe';
import { sealingSecret } from '../../workers';
import {
  abandonUpdate,
  deliverFileUpdate,
  replaceRecipeUpdate,
  resumeUpdate,
  skipOutputUpdate,
  useOutputUpdate,
} from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { CommandError, exitCodes } from '../exit-codes';
import { type TemporalContext, withTemporalConnection } from '../shared/with-temporal';
import { findTask, parseTaskName } from '../tasks/find-task';
import { addFilterOptions, type TaskFilter } from '../tasks/list-tasks';
import { cancelAction, runAction, type TaskAction, updateAction } from './action';
import { type ActionOptions, addActionOptions, operatorRequest, waitMs } from './action-options';
import { selectTasks } from './select-tasks';

interface BulkOptions extends ActionOptions, TaskFilter {
  readonly yes?: boolean;
}

/** Only a task that waits can go on. */
const WAITING_FOR_OPERATOR = `${searchAttributes.stage.name} IN ('Needs attention', 'Rejected')`;

/** `extpost task resume`. */
export function resumeCommand(): Command {
  return bulkCommand('resume', 'let a task go on that waits for a person or a correction')
    .addOption(new Option('--from <step>', 'keep what was made before this step').choices(steps))
    .option('--force', 'deliver even the very bytes that were rejected')
    .action(
      (
        studio: string | undefined,
        task: string | undefined,
        options: BulkOptions & { readonly from?: Step; readonly force?: boolean },
      ) => {
        const { from, force } = options;
        const request = { ...operatorRequest(options), ...(from && { from }), ...(force === true && { force }) };
        const act = updateAction(resumeUpdate, request, { waitMs: waitMs(options) });
        return runBulkAction('resume', { studio, task }, options, act, WAITING_FOR_OPERATOR);
      },
    );
}

/** `extpost task cancel`. */
export function cancelCommand(): Command {
  return bulkCommand(
    'cancel',
    'stop a task; what has left the building is written down, and the sweep does not start it again',
  ).action((studio: string | undefined, task: string | undefined, options: BulkOptions) =>
    runBulkAction('cancel', { studio, task }, options, cancelAction(operatorRequest(options), waitMs(options))),
  );
}

/** `extpost task abandon`. */
export function abandonCommand(): Command {
  return bulkCommand(
    'abandon',
    'give a task up, with a record that says who and why; the sweep does not start it again',
  ).action((studio: string | undefined, task: string | undefined, options: BulkOptions) =>
    runBulkAction(
      'abandon',
      { studio, task },
      options,
      updateAction(abandonUpdate, operatorRequest(options), { waitMs: waitMs(options), ends: true }),
    ),
  );
}

/** `extpost task replace-recipe`. */
export function replaceRecipeCommand(): Command {
  return bulkCommand('replace-recipe', 'use another recipe for a whole task, whatever its "when" says')
    .requiredOption('--recipe <name>', 'the name of a recipe of the studio, or with --file one of that file')
    .option('--file <file>', 'a file of recipes in which it stands')
    .action(
      async (
        studio: string | undefined,
        task: string | undefined,
        options: BulkOptions & { recipe: string; file?: string },
      ) => {
        const recipe = await findRecipe(options.recipe, options.file);
        const act = updateAction(
          replaceRecipeUpdate,
          { ...operatorRequest(options), recipe },
          { waitMs: waitMs(options) },
        );
        await runBulkAction('replace-recipe', { studio, task }, options, act);
      },
    );
}

function bulkCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('[studio]', 'the studio; or a workflow id alone; or nothing, and filters')
    .argument('[task]', 'its id, the beginning of it (four letters or more), or its product code');
  return addFilterOptions(addActionOptions(command)).option('-y, --yes', 'with filters: do not ask after the preview');
}

async function runBulkAction(
  name: string,
  named: { studio: string | undefined; task: string | undefined },
  options: BulkOptions,
  act: TaskAction,
  only?: string,
): Promise<void> {
  await withTemporalConnection(options.config, async ({ temporal: { client } }) => {
    await runAction(client, await selectTasks(client, name, { ...options, named }, only), act);
  });
}

/** `extpost task skip`. */
export function skipCommand(): Command {
  return outputCommand('skip', 'leave an expected output out').action(
    (studio: string, task: string, expected: string, options: ActionOptions) =>
      runSingleAction({ studio, task }, options, () =>
        updateAction(skipOutputUpdate, { ...operatorRequest(options), expected }, { waitMs: waitMs(options) }),
      ),
  );
}

/** `extpost task use-output`. */
export function useOutputCommand(): Command {
  return outputCommand('use-output', 'give an expected output this Celtra output')
    .argument('<output>', 'the id of a Celtra output; "extpost celtra outputs" shows them')
    .action((studio: string, task: string, expected: string, outputId: string, options: ActionOptions) =>
      runSingleAction({ studio, task }, options, () =>
        updateAction(useOutputUpdate, { ...operatorRequest(options), expected, outputId }, { waitMs: waitMs(options) }),
      ),
    );
}

/** `extpost task deliver-file`: the address travels sealed, because whoever has it may have the file. */
export function deliverFileCommand(): Command {
  return outputCommand('deliver-file', 'deliver a file of your own for an expected output')
    .argument('<address>', 'its https address; "-" reads it from standard input, so that no shell remembers it')
    .action((studio: string, task: string, expected: string, address: string, options: ActionOptions) =>
      runSingleAction({ studio, task }, options, async ({ config }) => {
        const url = (address === '-' ? await text(process.stdin) : address).trim();
        const sealedUrl = sealAddress(config, studio, url);
        return updateAction(
          deliverFileUpdate,
          { ...operatorRequest(options), expected, sealedUrl },
          { waitMs: waitMs(options) },
        );
      }),
    );
}

function outputCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<studio>', 'the studio')
    .argument('<task>', 'its id, the beginning of it (four letters or more), its product code or its workflow id')
    .argument(
      '<expected>',
      'the expected output: its label, its file name or its key; a wrong one is answered with those that there are',
    );
  return addActionOptions(command);
}

async function runSingleAction(
  { studio, task }: { studio: string; task: string },
  options: ActionOptions,
  makeAct: (opened: TemporalContext) => TaskAction | Promise<TaskAction>,
): Promise<void> {
  await withTemporalConnection(options.config, async (opened) => {
    const { client } = opened.temporal;
    const found = await findTask(client, parseTaskName(studio, task));
    await runAction(client, [found], await makeAct(opened));
  });
}

/** A recipe by its name, which the task finds in its configuration; or, whole, from a file of recipes. Throws CommandError. */
async function findRecipe(name: string, file: string | undefined): Promise<string | Recipe> {
  if (file === undefined) return name;
  const book = await loadRecipes({ path: file, environment: process.env });
  const recipes = book.recipesOf() ?? [];
  const found = recipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const known = recipes.map((recipe) => recipe.name).join(', ');
  throw new CommandError(
    `${file} has no recipe "${name}"${known === '' ? '' : `; it has ${known}`}.`,
    exitCodes.wrongUse,
  );
}

/**
 * Seals the address of a file with the studio's own key, so that no signature enters a history (activities/creative-force/address-seal.ts).
 * Throws CommandError when the address is not https, or the configuration does not know the studio.
 */
function sealAddress(config: ExtpostConfig | undefined, studioName: string, address: string): string {
  const studio = config?.studios[studioName];
  if (studio === undefined) {
    throw new CommandError(
      `The address is sealed with the key of ${studioName}, and the configuration here has no such studio. Name the ` +
        'configuration of the workers with --config.',
      exitCodes.wrongUse,
    );
  }
  // The address itself is a secret, so no message shows it.
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') {
    throw new CommandError(
      'The address of the file must be a whole one that begins with https://.',
      exitCodes.wrongUse,
    );
  }
  return createAddressSeal(sealingSecret(studio)).sealText(address);
}
