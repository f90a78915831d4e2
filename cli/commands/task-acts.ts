import { Command, Option } from 'commander';

import { steps, type Step } from '../../domain/decisions';
import { abandonUpdate, replaceRecipeUpdate, resumeUpdate } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { cancelAct, updateAct, type ActOnTask } from '../tasks/act';
import { addActOptions, requestBy, waitMs, type ActOptions } from '../tasks/act-options';
import { chooseTasks } from '../tasks/choose-tasks';
import { withTemporal } from '../tasks/open-temporal';
import { recipeOf } from '../tasks/recipe-of';
import { runAct } from '../tasks/run-act';
import { addFilterOptions, type TaskFilter } from '../tasks/task-filter';

interface BulkOptions extends ActOptions, TaskFilter {
  readonly yes?: boolean;
}

/** Only a task that waits can go on. */
const PARKED = `${searchAttributes.stage.name} IN ('Needs attention', 'Rejected')`;

/** `extpost task resume`. */
export function resumeCommand(): Command {
  return many('resume', 'let a task go on that waits for a person or a correction')
    .addOption(new Option('--from <step>', 'keep what was made before this step').choices(steps))
    .option('--force', 'deliver even the very bytes that were rejected')
    .action(
      (
        studio: string | undefined,
        task: string | undefined,
        options: BulkOptions & { readonly from?: Step; readonly force?: boolean },
      ) => {
        const { from, force } = options;
        const request = { ...requestBy(options), ...(from && { from }), ...(force === true && { force }) };
        const act = updateAct(resumeUpdate, request, { waitMs: waitMs(options) });
        return actOnMany('resume', { studio, task }, options, act, PARKED);
      },
    );
}

/** `extpost task cancel`. */
export function cancelCommand(): Command {
  return many(
    'cancel',
    'stop a task; what has left the building is written down, and the sweep does not start it again',
  ).action((studio: string | undefined, task: string | undefined, options: BulkOptions) =>
    actOnMany('cancel', { studio, task }, options, cancelAct(requestBy(options), waitMs(options))),
  );
}

/** `extpost task abandon`. */
export function abandonCommand(): Command {
  return many(
    'abandon',
    'give a task up, with a record that says who and why; the sweep does not start it again',
  ).action((studio: string | undefined, task: string | undefined, options: BulkOptions) =>
    actOnMany(
      'abandon',
      { studio, task },
      options,
      updateAct(abandonUpdate, requestBy(options), { waitMs: waitMs(options), ends: true }),
    ),
  );
}

/** `extpost task replace-recipe`. */
export function replaceRecipeCommand(): Command {
  return many('replace-recipe', 'use another recipe for a whole task, whatever its "when" says')
    .requiredOption('--recipe <name>', 'the name of a recipe of the studio, or with --file one of that file')
    .option('--file <file>', 'a file of recipes in which it stands')
    .action(
      async (
        studio: string | undefined,
        task: string | undefined,
        options: BulkOptions & { recipe: string; file?: string },
      ) => {
        const recipe = await recipeOf(options.recipe, options.file);
        const act = updateAct(replaceRecipeUpdate, { ...requestBy(options), recipe }, { waitMs: waitMs(options) });
        await actOnMany('replace-recipe', { studio, task }, options, act);
      },
    );
}

function many(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('[studio]', 'the studio; or a workflow id alone; or nothing, and filters')
    .argument('[task]', 'its id, the beginning of it (four letters or more), or its product code');
  return addFilterOptions(addActOptions(command)).option('-y, --yes', 'with filters: do not ask after the preview');
}

async function actOnMany(
  name: string,
  named: { studio: string | undefined; task: string | undefined },
  options: BulkOptions,
  act: ActOnTask,
  only?: string,
): Promise<void> {
  await withTemporal(options.config, async ({ temporal: { client } }) => {
    await runAct(client, await chooseTasks(client, name, { ...options, named }, only), act);
  });
}
