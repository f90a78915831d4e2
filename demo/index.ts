import type { Command } from 'commander';

import { sandboxCommand } from './sandbox/sandbox-command';
import { startCommand } from './start/start-command';

/** The commands that only a clone has: `extpost start` and `extpost sandbox`. */
export function demoCommands(): Command[] {
  return [startCommand(), sandboxCommand()];
}
