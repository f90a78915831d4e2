import { CommanderError, type Command } from 'commander';

import { ConfigError } from '../config';
import { TaskProblem } from '../starters';
import { errorText, TemporalUnreachableError } from '../temporal';
import { CommandError, exitCodeOfTaskProblem, exitCodes } from './exit-codes';
import { listenErrorText } from './shared/listen-error';
import { printableLines } from './shared/terminal-text';

/** How long what a failed command has left open, such as a server, may keep the process. */
const ENDS_WITHIN_MS = 5_000;

/** Makes the program for the words of a command line. */
type ProgramFor = (words: readonly string[]) => Promise<Command>;

/** Runs the command line as the only work of this process, which ends soon when it fails. */
export async function runProcess(programFor: ProgramFor): Promise<void> {
  await runCommandLine(programFor);
  if (process.exitCode !== exitCodes.done) setTimeout(() => process.exit(), ENDS_WITHIN_MS).unref();
}

/** Runs the command line, and turns an error into one clear message and an exit code. */
export async function runCommandLine(programFor: ProgramFor): Promise<void> {
  process.exitCode = await exitCodeOf(programFor);
}

async function exitCodeOf(programFor: ProgramFor): Promise<number> {
  try {
    await (await programFor(process.argv.slice(2))).parseAsync();
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.done;
  } catch (error) {
    // Commander has already said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
    const whyNotOpen = listenErrorText(error);
    if (whyNotOpen !== undefined) {
      console.error(whyNotOpen);
      return exitCodes.failed;
    }
    // It may quote what a product is called, or what a server has answered.
    console.error(printableLines(errorText(error)));
    if (error instanceof CommandError) return error.exitCode;
    if (error instanceof TaskProblem) return exitCodeOfTaskProblem[error.kind];
    if (error instanceof ConfigError) return exitCodes.wrongUse;
    if (error instanceof TemporalUnreachableError) return exitCodes.noTemporal;
    if (process.env['EXTPOST_DEBUG'] !== undefined) console.error(error);
    else console.error('Set EXTPOST_DEBUG=1 to see where this came from.');
    return exitCodes.failed;
  }
}
