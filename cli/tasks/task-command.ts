import { Command } from 'commander';

import { findTask, historyLines, parseTaskName, readTaskHistory, readTaskReport } from '../../starters';
import { historyText } from './history-text';
import { exitCodes } from '../exit-codes';
import { inputsCommand } from '../inputs/task-inputs-command';
import { actionCommands } from '../operator/action-commands';
import { configOption } from '../shared/options';
import { sayWhileWaiting } from '../shared/waiting';
import { withTemporalConnection } from '../shared/with-temporal';
import { taskText } from './show-task';

export function taskCommand(): Command {
  const command = new Command('task').description(
    'look at a task, or do something to it: what the Web UI can do, with the state after the action',
  );
  for (const child of [showCommand(), historyCommand(), ...actionCommands(), inputsCommand()])
    command.addCommand(child);
  return command;
}

interface ShowOptions {
  readonly config: string;
  readonly json?: boolean;
}

function showCommand(): Command {
  return taskCommandNamed(
    'show',
    'where a task stands, what it waits for and what can be done; of an ended one, its record',
  )
    .option('--json', 'print it as JSON')
    .action((studio: string, task: string | undefined, { config, json }: ShowOptions) =>
      withTemporalConnection(config, async ({ temporal: { client } }) => {
        const shown = await sayWhileWaiting('a worker to say where the task stands', async () =>
          readTaskReport(client, await findTask(client, parseTaskName(studio, task))),
        );
        console.log(json === true ? JSON.stringify(shown, undefined, 2) : taskText(shown));
        if (shown.unanswered !== undefined) process.exitCode = exitCodes.failed;
      }),
    );
}

function historyCommand(): Command {
  return taskCommandNamed(
    'history',
    'what happened to a task, a line each: stages, steps with time and outcome, events, actions',
  )
    .option('--json', 'print it as JSON')
    .action((studio: string, task: string | undefined, { config, json }: ShowOptions) =>
      withTemporalConnection(config, async ({ temporal: { client } }) => {
        const history = await sayWhileWaiting('Temporal to give the history of the task', async () =>
          readTaskHistory(client, await findTask(client, parseTaskName(studio, task))),
        );
        const lines = historyLines(history);
        console.log(json === true ? JSON.stringify(lines, undefined, 2) : historyText(lines));
      }),
    );
}

function taskCommandNamed(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<studio>', 'the studio; or a workflow id alone')
    .argument('[task]', 'its id, the beginning of it (four letters or more), or its product code')
    .addOption(configOption());
}
