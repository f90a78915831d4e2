import type { Command } from 'commander';

import { withHelp } from '../cli/shared/command-help';
import { demoHelp } from './command-help';
import { sandboxCommand } from './sandbox/sandbox-command';
import { startCommand } from './start/start-command';
import { temporalCommand } from './temporal-server/temporal-command';

/** The commands that only a clone has: `extpost temporal`, `extpost start` and `extpost sandbox`. */
export function demoCommands(): Command[] {
  return [temporalCommand(), startCommand(), sandboxCommand()].map((command) => withHelp(command, demoHelp));
}
