import type { DemoCommands } from '../cli/program';
import { demoHelp } from './command-help';

/** The commands that only a clone has: `extpost temporal`, `extpost start` and `extpost sandbox`. */
export const demo: DemoCommands = {
  commands: {
    temporal: async () => (await import('./temporal-server/temporal-command.js')).temporalCommand(),
    start: async () => (await import('./start/start-command.js')).startCommand(),
    sandbox: async () => (await import('./sandbox/sandbox-command.js')).sandboxCommand(),
  },
  help: demoHelp,
};
