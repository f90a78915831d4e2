import { Command } from 'commander';

import { productVersion } from '../clients';
import { auditCommand } from './commands/audit';
import { celtraCommand } from './commands/celtra';
import { configCommand } from './commands/config';
import { loginCommand } from './commands/login';
import { logoutCommand } from './commands/logout';
import { planCommand } from './commands/plan';
import { probeCommand } from './commands/probe';
import { receiverCommand } from './commands/receiver';
import { recipesCommand } from './commands/recipes';
import { sandboxCommand } from './commands/sandbox';
import { setupCommand } from './commands/setup';
import { startCommand } from './commands/start';
import { sweepCommand } from './commands/sweep';
import { taskCommand } from './commands/task';
import { tasksCommand } from './commands/tasks';
import { temporalCommand } from './commands/temporal';
import { workerCommand } from './commands/worker';
import { exitCodeHelp } from './exit-codes';

/** The `extpost` command: one file a subcommand in `commands/`. */
export function createProgram(): Command {
  const program = new Command('extpost')
    .description(
      'Delivers Creative Force External Post tasks from Celtra, unattended, as durable workflows on Temporal.\n' +
        'Begin with "extpost start": it shows a whole day of work in a sandbox, no account needed.',
    )
    .version(productVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what can be said here)')
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  const commands = [
    startCommand(),
    workerCommand(),
    receiverCommand(),
    sweepCommand(),
    tasksCommand(),
    taskCommand(),
    auditCommand(),
    planCommand(),
    recipesCommand(),
    celtraCommand(),
    probeCommand(),
    loginCommand(),
    logoutCommand(),
    setupCommand(),
    configCommand(),
    temporalCommand(),
    sandboxCommand(),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
}

/** Settings do not reach commands that were made elsewhere, so they are copied, all the way down. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}
