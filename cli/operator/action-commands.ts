import { Command, Option } from 'commander';

import { steps, type Step } from '../../domain/operator/decisions';
import { abandonUpdate, replaceRecipeUpdate, resumeUpdate } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { cancelAction, updateAction, type TaskAction } from './action';
import { addActionOptions, operatorRequest, waitMs, type ActionOptions } from './action-options';
import { selectTasks } from './select-tasks';
import { withTemporalConnection } from '../shared/with-temporal';
import { findRecipe } from './find-recipe';
import { runAction } from './run-action';
import { addFilterOptions, type TaskFilter } from '../tasks/task-filter';

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
