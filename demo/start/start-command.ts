import { Command } from 'commander';

import { keepFilesPrivate } from '../../cli/services/private-files';
import { parseCount, parsePort } from '../../cli/shared/options';
import { formsOption } from '../sandbox/sandbox-command';
import { type DayOptions, runDay } from './run-day';

/** `extpost start`: everything at once, against the sandbox. What `npm start` calls. */
export function startCommand(): Command {
  return new Command('start')
    .description(
      'show a day of work: board, Temporal server, sandbox, receiver, sweep and worker, with a live table of tasks',
    )
    .option('--once', 'run the day to its end, print the verdict of the sandbox’s ledger, and stop', false)
    .option('--tasks <count>', 'how many tasks the day has', parseCount, 20)
    .option('--spread <seconds>', 'over how many seconds the tasks become ready', parseCount, 30)
    .option('--seed <text>', 'the same seed makes the same day; default: a new day every time')
    .addOption(formsOption())
    .option('--temporal-port <port>', 'port of the Temporal server', parsePort, 7233)
    .option('--ui-port <port>', 'port of Temporal’s Web UI', parsePort, 8233)
    .option('--receiver-port <port>', 'port of the webhook receiver', parsePort, 8080)
    .option('--board-port <port>', 'port of the board', parsePort, 8180)
    .option('--sandbox-port <port>', 'first of the five ports of the sandbox', parsePort, 8900)
    .option('--folder <folder>', 'where the database, logs and delivered pictures are kept', '.extpost')
    .action(async (options: DayOptions) => {
      keepFilesPrivate();
      process.exitCode = await runDay(options);
    });
}
