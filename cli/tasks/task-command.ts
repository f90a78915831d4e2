import { Command } from 'commander';

import { possibleActions } from '../../domain/operator/possible-actions';
import {
  findTask,
  historyLines,
  parseTaskName,
  readTaskHistory,
  readTaskReport,
  type TaskReport,
} from '../../starters';
import { historyText } from './history-text';
import { exitCodes } from '../exit-codes';
import { inputsCommand } from '../inputs/task-inputs-command';
import { actionCommands } from '../operator/action-commands';
import { configOption, taskArgument, utcOption } from '../shared/options';
import { sayWhileWaiting } from '../shared/waiting';
import { withTemporalConnection } from '../shared/with-temporal';
import { taskText } from './show-task';

export function taskCommand(): Command {
  const command = new Command('task').description('look at a task or act on it; the resulting state is shown');
  for (const child of [showCommand(), historyCommand(), ...actionCommands(), inputsCommand()])
    command.addCommand(child);
  return command;
}

interface ShowOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly utc?: boolean;
}

function showCommand(): Command {
  return taskCommandNamed('show', 'show the state of a task, what it waits for and what can be done')
    .option('--json', 'print it as JSON')
    .action((studio: string, task: string | undefined, { config, json, utc = false }: ShowOptions) =>
      withTemporalConnection(config, async ({ temporal: { client }, config: settings }) => {
        const shown = await sayWhileWaiting('a worker to give the state of the task', async () =>
          readTaskReport(client, await findTask(client, parseTaskName(studio, task))),
        );
        console.log(
          json === true
            ? JSON.stringify(withPossibleActions(shown), undefined, 2)
            : taskText(shown, { now: Date.now(), utc, boardUrl: settings?.board.publicUrl }),
        );
        if (shown.unanswered !== undefined) process.exitCode = exitCodes.failed;
      }),
    );
}

/** For programs, which should not have to build command lines themselves. */
function withPossibleActions(task: TaskReport): object {
  const { status, ended } = task;
  if (status === undefined) return task;
  return { ...task, possibleActions: possibleActions(task, status, { isEnded: ended !== undefined }) };
}

function historyCommand(): Command {
  return taskCommandNamed('history', 'show what happened to a task: stages, steps, events, actions')
    .option('--json', 'print it as JSON')
    .action((studio: string, task: string | undefined, { config, json, utc = false }: ShowOptions) =>
      withTemporalConnection(config, async ({ temporal: { client } }) => {
        const history = await sayWhileWaiting('Temporal to give the history of the task', async () =>
          readTaskHistory(client, await findTask(client, parseTaskName(studio, task))),
        );
        const lines = historyLines(history);
        console.log(json === true ? JSON.stringify(lines, undefined, 2) : historyText(lines, { utc }));
      }),
    );
}

function taskCommandNamed(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<studio>', 'the studio; or a workflow id alone')
    .argument('[task]', taskArgument)
    .addOption(configOption())
    .addOption(utcOption());
}
