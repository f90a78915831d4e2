import { Command } from 'commander';

import { productVersion } from '../clients';
import { auditCommand } from './audit/audit-command';
import { celtraCommand } from './celtra/celtra-command';
import { commandHelp } from './command-help';
import { completionCommand } from './completion/completion-command';
import { doctorCommand } from './doctor/doctor-command';
import { exitCodeHelp } from './exit-codes';
import { withHelp } from './shared/command-help';
import { initCommand } from './init/init-command';
import { loginCommand, logoutCommand } from './login/login-command';
import { checkCommand } from './pictures/check-command';
import { convertCommand } from './pictures/convert-command';
import { planCommand } from './plan/plan-command';
import { probeCommand } from './probe/probe-command';
import { recipesCommand } from './recipe/recipes-command';
import { boardCommand } from './services/board-command';
import { codecServerCommand } from './services/codec-server-command';
import { receiverCommand } from './services/receiver-command';
import { workerCommand } from './services/worker-command';
import { configCommand, setupCommand } from './setup/setup-command';
import { sweepCommand } from './sweep/sweep-command';
import { taskCommand } from './tasks/task-command';
import { tasksCommand } from './tasks/tasks-command';

/** The `extpost` command. `demo`: the commands that only a clone has, from the workspace of this name. */
export function createProgram(demo: readonly Command[] = []): Command {
  const program = new Command('extpost')
    .description(
      'Delivers Creative Force External Post tasks from Celtra, unattended, as durable workflows on Temporal.' +
        (demo.length > 0
          ? '\nBegin with "extpost start": it shows a day of work in a sandbox, no account needed.'
          : ''),
    )
    .version(productVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help to see what is possible)')
    // With their arguments the names would leave no room for the descriptions; each command’s own help has them.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  const commands = [
    workerCommand(),
    receiverCommand(),
    boardCommand(),
    codecServerCommand(),
    sweepCommand(),
    tasksCommand(),
    taskCommand(),
    auditCommand(),
    checkCommand(),
    convertCommand(),
    planCommand(),
    recipesCommand(),
    celtraCommand(),
    probeCommand(),
    loginCommand(),
    logoutCommand(),
    initCommand(),
    doctorCommand(),
    completionCommand(),
    setupCommand(),
    configCommand(),
  ].map((command) => withHelp(command, commandHelp));
  for (const command of [...commands, ...demo]) program.addCommand(inherit(command, program));
  return program;
}

/** Commander does not pass settings on to commands that were created elsewhere, so they are copied. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}
