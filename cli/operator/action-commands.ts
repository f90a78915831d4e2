import { Command, Option } from 'commander';

import { type CredentialGroup, type ExtpostConfig, loadRecipes } from '../../config';
import { type Step, steps } from '../../domain/operator/decisions';
import type { Recipe } from '../../domain/recipe/recipe';
import {
  abandonUpdate,
  deliverFileUpdate,
  replaceRecipeUpdate,
  resumeUpdate,
  skipOutputUpdate,
  undoUpdate,
  useOutputUpdate,
} from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { cancelAction, findTask, parseTaskName, type TaskAction, type TaskFilter, updateAction } from '../../starters';
import { addFilterOptions } from '../tasks/filter-options';
import { runAction } from './run-action';
import { usageError } from '../exit-codes';
import { outputArgument, taskArgument } from '../shared/options';
import { withTemporalConnection } from '../shared/with-temporal';
import { type ActionOptions, addActionOptions, operatorNotice } from './action-options';
import { selectTasks } from './select-tasks';
import { startCommand } from './start-command';
import { suppliedFile } from './supplied-file';

export function actionCommands(): Command[] {
  return [
    startCommand(),
    resumeCommand(),
    bulkCommand(
      'cancel',
      'cancel a task; its side effects are recorded, and the sweep does not restart it',
      (options) => cancelAction(operatorNotice(options), options.wait),
    ),
    bulkCommand('abandon', 'abandon a task, with a record; the sweep does not restart it', (options) =>
      updateAction(abandonUpdate, operatorNotice(options), { wait: options.wait, endsTask: true }),
    ),
    outputCommand(
      'skip',
      'skip an expected output',
      undefined,
      ({ force, ...options }: ActionOptions & { readonly force?: boolean }, { expected }) =>
        updateAction(skipOutputUpdate, { ...operatorNotice(options), expected, force }, options),
    ).option('--force', 'also of a first delivery, which Creative Force takes only with all its outputs'),
    outputCommand(
      'use-output',
      'use this Celtra output for an expected output',
      ['<output-id>', 'the id of a Celtra output; "extpost celtra outputs" shows them'],
      (options, { expected, argument: outputId }) =>
        updateAction(useOutputUpdate, { ...operatorNotice(options), expected, outputId }, options),
    ),
    replaceRecipeCommand(),
    outputCommand(
      'deliver-file',
      'deliver a file of your own for an expected output',
      [
        '<file>',
        'a local file, or an https address; "-" reads an address from standard input, so that no shell history keeps it',
      ],
      async (options, { studio, taskId, expected, argument }, config) => {
        const supplied = await suppliedFile(config, { studio, taskId }, argument);
        return updateAction(deliverFileUpdate, { ...operatorNotice(options), expected, ...supplied }, options);
      },
      // The address is sealed with a secret of the studio.
      ['creative force', 'logins'],
    ),
    undoCommand(),
  ];
}

/** Only a task that waits can be resumed. */
const WAITING = `${searchAttributes.stage.name} IN ('Needs attention', 'Rejected')`;

function resumeCommand(): Command {
  return bulkCommand(
    'resume',
    'resume a waiting task',
    ({ from, force, ...options }) => updateAction(resumeUpdate, { ...operatorNotice(options), from, force }, options),
    WAITING,
  )
    .addOption(new Option('--from <step>', 'continue with this step and keep earlier results').choices(steps))
    .option('--force', 'deliver even the bytes that were rejected');
}

function replaceRecipeCommand(): Command {
  return bulkCommand(
    'replace-recipe',
    'use another recipe for a task, ignoring its "when"',
    async ({ recipe: name = '', file, ...options }) => {
      // The task finds a name in the configuration of its workers.
      const recipe = file === undefined ? name : await recipeOfFile(name, file);
      return updateAction(replaceRecipeUpdate, { ...operatorNotice(options), recipe }, options);
    },
  )
    .requiredOption('--recipe <name>', 'a recipe of the studio, or of --file')
    .option('--file <file>', 'a file with recipes');
}

function undoCommand(): Command {
  const command = new Command('undo')
    .description('take back a decision about an expected output or the recipe, before anything is submitted with it')
    .argument('<studio>', 'the studio')
    .argument('<task>', `${taskArgument}, or its workflow id`)
    .argument('[output]', `${outputArgument}; absent: the recipe`)
    .action(async (studio: string, task: string, expected: string | undefined, options: ActionOptions) => {
      await withTemporalConnection(options.config, async ({ temporal: { client } }) => {
        const found = await findTask(client, parseTaskName(studio, task));
        const request = { ...operatorNotice(options), ...(expected !== undefined && { expected }) };
        await runAction(client, [found], updateAction(undoUpdate, request, options), options);
      });
    });
  return addActionOptions(command);
}

interface BulkOptions extends ActionOptions, TaskFilter {
  readonly yes?: boolean;
  /** Of `resume`. */
  readonly from?: Step;
  readonly force?: boolean;
  /** Of `replace-recipe`. */
  readonly recipe?: string;
  readonly file?: string;
}

/** A command for one task that is named, or for all that a filter finds. `only` narrows the filter. */
function bulkCommand(
  name: string,
  description: string,
  createAction: (options: BulkOptions) => TaskAction | Promise<TaskAction>,
  only?: string,
): Command {
  const command = new Command(name)
    .description(description)
    .argument('[studio]', 'the studio; or a workflow id alone; or nothing, and filters')
    .argument('[task]', taskArgument)
    .action(async (studio: string | undefined, task: string | undefined, options: BulkOptions) => {
      const action = await createAction({ ...options, ...(studio !== undefined && { studio }) });
      await withTemporalConnection(options.config, async ({ temporal: { client } }) => {
        const tasks = await selectTasks(client, name, { ...options, named: { studio, task } }, only);
        await runAction(client, tasks, action, options);
      });
    });
  return addFilterOptions(addActionOptions(command)).option('-y, --yes', 'with filters: do not ask after the preview');
}

/** A command for one expected output of a task; it may have one more argument. */
function outputCommand(
  name: string,
  description: string,
  argument: readonly [name: string, description: string] | undefined,
  createAction: (
    options: ActionOptions,
    names: {
      readonly studio: string;
      readonly taskId: string;
      readonly expected: string;
      readonly argument: string;
    },
    config: ExtpostConfig | undefined,
  ) => TaskAction | Promise<TaskAction>,
  needs: readonly CredentialGroup[] = [],
): Command {
  const command = new Command(name)
    .description(description)
    .argument('<studio>', 'the studio')
    .argument('<task>', `${taskArgument}, or its workflow id`)
    .argument('<output>', outputArgument);
  if (argument !== undefined) command.argument(...argument);
  return addActionOptions(command).action(
    async (studio: string, task: string, expected: string, ...rest: unknown[]) => {
      const [last = '', options] = argument === undefined ? ['', ...rest] : rest;
      const { config: path } = options as ActionOptions;
      const act: Parameters<typeof withTemporalConnection>[1] = async ({ temporal: { client }, config }) => {
        const found = await findTask(client, parseTaskName(studio, task));
        const { taskId } = found;
        const names = { studio, taskId, expected, argument: last as string };
        await runAction(
          client,
          [found],
          await createAction(options as ActionOptions, names, config),
          options as ActionOptions,
        );
      };
      await withTemporalConnection(path, act, needs);
    },
  );
}

/** A recipe from a file. Throws CommandError. */
async function recipeOfFile(name: string, file: string): Promise<Recipe> {
  const book = await loadRecipes({ path: file });
  const recipes = book.recipesOf() ?? [];
  const found = recipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const known = recipes.map((recipe) => recipe.name).join(', ') || 'none';
  throw usageError(`${file} has no recipe "${name}"; it has ${known}.`);
}
