import { userInfo } from 'node:os';

import { type Command, InvalidArgumentError, Option } from 'commander';

import type { OperatorRequest } from '../../workflows/messages';
import { configOption, parseDuration } from '../shared/options';

/** What every act is told beside its own words. */
export interface ActionOptions {
  readonly config: string;
  readonly by?: string;
  readonly reason?: string;
  /** As it was written, e.g. `30s`. */
  readonly wait: string;
}

/** The switches that every act has. */
export function addActionOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--by <name>', 'who does it; stands in the task’s record; else your name on this computer')
    .option('--reason <text>', 'why; stands in the task’s record')
    .addOption(
      new Option('--wait <time>', 'how long to wait for the state after the act, such as 0s or 5m')
        .argParser(durationArgument)
        .default('30s'),
    );
}

/** Who does something, and why. */
export function operatorRequest({ by, reason }: ActionOptions): OperatorRequest {
  return { by: by ?? operatorName(), ...(reason !== undefined && { reason }) };
}

/** How long to wait for the state after an act, in milliseconds. */
export function waitMs({ wait }: ActionOptions): number {
  return parseDuration(wait) ?? 0;
}

function durationArgument(text: string): string {
  if (parseDuration(text) === undefined) throw new InvalidArgumentError('Write it like 0s, 30s or 5m.');
  return text;
}

/** Who sits at this terminal, as the system knows them. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in some containers.
    return process.env['USER'] ?? 'somebody at the command line';
  }
}
