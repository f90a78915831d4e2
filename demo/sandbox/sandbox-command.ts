import { randomUUID } from 'node:crypto';

import { Command, Option } from 'commander';

import { sandboxEnvironment, startSandbox, wildDay, type Sandbox } from '../../sandbox';
import { exitWithParent, notifyParent } from '../../cli/services/supervision';
import { parseCount, parsePort } from '../../cli/shared/options';
import { waitForStopSignal } from '../../cli/shared/signals';
import { sandboxActionCommands } from './action-commands';
import { sandboxDayCommands } from './day-commands';
import { sandboxInspectCommands } from './inspect-commands';
import { sandboxControl } from './control-command';
import { addChange, type Change } from './setting-change';
import { sandboxSettingsCommands } from './settings-commands';

interface SandboxCommandOptions {
  readonly port: number;
  readonly tasks: number;
  readonly spread: number;
  readonly delivered: string;
  readonly seed?: string;
  readonly forms: Forms;
  readonly set?: Change;
}

/** How the sandbox's Creative Force speaks: as documented, or in every form that is known, mixed by the seed. */
export const forms = ['documented', 'wild'] as const;
export type Forms = (typeof forms)[number];

/** `--forms` of `extpost sandbox run` and `extpost start`. */
export function formsOption(): Option {
  return new Option(
    '--forms <forms>',
    'how Creative Force speaks: as documented, or in every known form, mixed by the seed',
  )
    .choices(forms)
    .default('documented');
}

/** The ready message of a sandbox. */
export interface SandboxReady {
  readonly controlUrl: string;
  /** The environment variables of examples/sandbox/extpost.yaml. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `extpost sandbox`: runs the sandbox, or calls a running one with a subcommand. */
export function sandboxCommand(): Command {
  const sandbox = new Command('sandbox')
    .description('run stand-ins for Creative Force, Celtra and the object store, or control a running one')
    .addCommand(runCommand(), { isDefault: true });
  const turning = [
    ...sandboxDayCommands(),
    ...sandboxInspectCommands(),
    ...sandboxActionCommands(),
    ...sandboxSettingsCommands(),
  ];
  for (const command of turning) sandbox.addCommand(command);
  return sandbox;
}

/** `extpost sandbox run`: stand-ins for Creative Force, Celtra and the object store on this machine. */
function runCommand(): Command {
  return new Command('run')
    .description('run stand-ins for Creative Force, Celtra and the object store, with a seeded day of work')
    .option(
      '--port <port>',
      'the first of five ports: control, gateway, Celtra, its files, object store; 0: any',
      parsePort,
      8900,
    )
    .option('--tasks <count>', 'how many tasks the day has', parseCount, 20)
    .option('--spread <seconds>', 'over how many seconds the tasks become ready', parseCount, 30)
    .option('--delivered <folder>', 'where accepted pictures are put', '.extpost/delivered')
    .option('--seed <text>', 'the same seed makes the same day; default: a new day every time')
    .addOption(formsOption())
    .option(
      '--set <changes...>',
      'settings from the start, such as latency.celtra=800 (docs/reference/sandbox.md)',
      addChange,
    )
    .action(async (options: SandboxCommandOptions) => {
      exitWithParent();
      const sandbox = await startAsAsked(options);
      const environment = sandboxEnvironment(sandbox);
      const ready: SandboxReady = { controlUrl: sandbox.controlUrl, environment };
      notifyParent({ ready });
      console.log(
        `Sandbox: control ${sandbox.controlUrl}, gateway ${sandbox.creativeForceUrl}, Celtra ${sandbox.celtraUrl}.`,
      );
      console.log('For examples/sandbox/extpost.yaml, in another terminal:');
      for (const [name, value] of Object.entries(environment)) console.log(`export ${name}='${value}'`);
      await waitForStopSignal();
      await sandbox.stop();
    });
}

/** Starts the sandbox of `extpost sandbox run`. Throws a CommandError for an unknown setting, and then nothing runs. */
export async function startAsAsked({
  port,
  tasks,
  spread,
  delivered,
  seed = randomUUID(),
  forms,
  set,
}: SandboxCommandOptions): Promise<Sandbox> {
  const spreadMs = spread * 1000;
  const day = forms === 'wild' ? wildDay(seed, tasks, spreadMs) : { seed, day: { tasks, spreadMs } };
  const sandbox = await startSandbox({ ...day, ports: portsFrom(port), deliveredFolder: delivered });
  if (set === undefined) return sandbox;
  try {
    await sandboxControl({ control: sandbox.controlUrl }).call('PATCH', '/settings', set);
    return sandbox;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** Five consecutive ports for the services; 0 means any free ports. */
export function portsFrom(
  first: number,
): Record<'control' | 'creativeForce' | 'celtra' | 'celtraFiles' | 'store', number> {
  const port = (offset: number): number => (first === 0 ? 0 : first + offset);
  return { control: port(0), creativeForce: port(1), celtra: port(2), celtraFiles: port(3), store: port(4) };
}
