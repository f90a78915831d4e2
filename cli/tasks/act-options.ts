import { InvalidArgumentError, Option, type Command } from 'commander';

import { readDuration } from '../plan/read-duration';
import { configOption } from '../options';
import { operatorName } from './operator';
import type { OperatorRequest } from '../../workflows/messages';

/** What every act is told beside its own words. */
export interface ActOptions {
  readonly config: string;
  readonly by?: string;
  readonly reason?: string;
  /** As it was written, e.g. `30s`. */
  readonly wait: string;
}

/** The switches that every act has. */
export function addActOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--by <name>', 'who does it; stands in the task’s record; else your name on this computer')
    .option('--reason <text>', 'why; stands in the task’s record')
    .addOption(
      new Option('--wait <time>', 'how long to wait for the state after the act, such as 0s or 5m')
        .argParser(aDuration)
        .default('30s'),
    );
}

/** Who does something, and why. */
export function requestBy({ by, reason }: ActOptions): OperatorRequest {
  return { by: by ?? operatorName(), ...(reason !== undefined && { reason }) };
}

/** How long to wait for the state after an act, in milliseconds. */
export function waitMs({ wait }: ActOptions): number {
  return readDuration(wait) ?? 0;
}

function aDuration(text: string): string {
  if (readDuration(text) === undefined) throw new InvalidArgumentError('Write it like 0s, 30s or 5m.');
  return text;
}
