import { Command } from 'commander';

import { productVersion } from '../clients/http/user-agent';
import { commandHelp } from './command-help';
import { exitCodeHelp } from './exit-codes';
import { type HelpTable, withHelp } from './shared/command-help';

/** Loads the module of a command, and makes the command. */
type LoadCommand = () => Promise<Command>;
/** The commands of a program by their names, in the order of its help. */
export type CommandTable = Readonly<Record<string, LoadCommand>>;

const commands: CommandTable = {
  worker: async () => (await import('./services/worker-command.js')).workerCommand(),
  receiver: async () => (await import('./services/receiver-command.js')).receiverCommand(),
  board: async () => (await import('./services/board-command.js')).boardCommand(),
  'codec-server': async () => (await import('./services/codec-server-command.js')).codecServerCommand(),
  sweep: async () => (await import('./sweep/sweep-command.js')).sweepCommand(),
  tasks: async () => (await import('./tasks/tasks-command.js')).tasksCommand(),
  task: async () => (await import('./tasks/task-command.js')).taskCommand(),
  audit: async () => (await import('./audit/audit-command.js')).auditCommand(),
  check: async () => (await import('./pictures/check-command.js')).checkCommand(),
  convert: async () => (await import('./pictures/convert-command.js')).convertCommand(),
  plan: async () => (await import('./plan/plan-command.js')).planCommand(),
  recipes: async () => (await import('./recipe/recipes-command.js')).recipesCommand(),
  celtra: async () => (await import('./celtra/celtra-command.js')).celtraCommand(),
  probe: async () => (await import('./probe/probe-command.js')).probeCommand(),
  login: async () => (await import('./login/login-command.js')).loginCommand(),
  logout: async () => (await import('./login/login-command.js')).logoutCommand(),
  init: async () => (await import('./init/init-command.js')).initCommand(),
  doctor: async () => (await import('./doctor/doctor-command.js')).doctorCommand(),
  completion: async () => (await import('./completion/completion-command.js')).completionCommand(),
  setup: async () => (await import('./setup/setup-command.js')).setupCommand(),
  config: async () => (await import('./setup/setup-command.js')).configCommand(),
};

/** It describes all other commands, so they have to be loaded, too. */
const DESCRIBES_ALL = 'completion';

/** The commands that only a clone has, from the workspace `demo`. */
export interface DemoCommands {
  readonly commands: CommandTable;
  readonly help: HelpTable;
}

/**
 * The `extpost` command. Of its commands it has the one with which `words` begin, because loading all takes longer than most
 * commands run; or all, when there is no such command or somebody asks for help.
 */
export async function createProgram(words: readonly string[] = [], demo?: DemoCommands): Promise<Command> {
  const program = new Command('extpost')
    .description(
      'Delivers Creative Force External Post tasks from Celtra, unattended, as durable workflows on Temporal.' +
        (demo === undefined
          ? ''
          : '\nBegin with "extpost start": it shows a day of work in a sandbox, no account needed.'),
    )
    .version(productVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help to see what is possible)')
    // With their arguments the names would leave no room for the descriptions; each command’s own help has them.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  const help = { ...commandHelp, ...demo?.help };
  const all: CommandTable = { ...commands, ...demo?.commands };
  const [name = ''] = words;
  const named = name !== DESCRIBES_ALL && Object.hasOwn(all, name) ? all[name] : undefined;
  for (const load of named === undefined ? Object.values(all) : [named]) {
    program.addCommand(inherit(withHelp(await load(), help), program));
  }
  return program;
}

/** Commander does not pass settings on to commands that were created elsewhere, so they are copied. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}
