import { CommandError, exitCodeOfTaskProblem, exitCodes } from '../../cli/exit-codes';
import { TaskProblem } from '../../starters/tasks/task-problem';
import { createProgram } from '../../cli/program';
import { ConfigError } from '../../config/load/config-error';

export interface CommandAnswer {
  readonly out: string;
  /** With the message of the error that ended the command, if one did. */
  readonly err: string;
  readonly exitCode: number;
}

/** Runs `extpost …` in this process and returns what it printed, on both streams, and how it ended. */
export async function runCommand(...words: string[]): Promise<CommandAnswer> {
  let [out, err] = ['', ''];
  const spies = [
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    }),
    jest.spyOn(console, 'log').mockImplementation((text: string) => {
      out += `${text}\n`;
    }),
  ];
  const codeBefore = process.exitCode;
  process.exitCode = exitCodes.done;
  try {
    await (await createProgram(words)).parseAsync(['node', 'extpost', ...words]);
    return { out, err, exitCode: process.exitCode };
  } catch (error) {
    if (error instanceof CommandError) return { out, err: err + error.message, exitCode: error.exitCode };
    if (error instanceof TaskProblem) {
      return { out, err: err + error.message, exitCode: exitCodeOfTaskProblem[error.kind] };
    }
    if (error instanceof ConfigError) return { out, err: err + error.message, exitCode: exitCodes.wrongUse };
    throw error;
  } finally {
    process.exitCode = codeBefore;
    for (const spy of spies) spy.mockRestore();
  }
}
