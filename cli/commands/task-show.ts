import { Command } from 'commander';

import { exitCodes } from '../exit-codes';
import { configOption } from '../options';
import { findTask, namedTask } from '../tasks/find-task';
import { storyOf } from '../tasks/history-story';
import { withTemporal } from '../tasks/open-temporal';
import { lookAtTask, taskText } from '../tasks/show-task';
import { storyText } from '../tasks/story-text';
import { readHistory } from '../tasks/task-history';

interface ShowOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `extpost task show`: where a task stands, or what an ended one has left. */
export function showCommand(): Command {
  return named('show', 'where a task stands, what it waits for and what can be done; of an ended one, its record')
    .option('--json', 'print it as JSON')
    .action((studio: string, task: string | undefined, { config, json }: ShowOptions) =>
      withTemporal(config, async ({ temporal: { client } }) => {
        const shown = await lookAtTask(client, await findTask(client, namedTask(studio, task)));
        console.log(json === true ? JSON.stringify(shown, undefined, 2) : taskText(shown));
        if (shown.unanswered !== undefined) process.exitCode = exitCodes.failed;
      }),
    );
}

/** `extpost task history`: its story; needs no worker. */
export function historyCommand(): Command {
  return named('history', 'what happened to a task, a line each: stages, steps with time and outcome, events, acts')
    .option('--json', 'print it as JSON')
    .action((studio: string, task: string | undefined, { config, json }: ShowOptions) =>
      withTemporal(config, async ({ temporal: { client } }) => {
        const story = storyOf(await readHistory(client, await findTask(client, namedTask(studio, task))));
        console.log(json === true ? JSON.stringify(story, undefined, 2) : storyText(story));
      }),
    );
}

function named(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<studio>', 'the studio; or a workflow id alone')
    .argument('[task]', 'its id, the beginning of it (four letters or more), or its product code')
    .addOption(configOption());
}
