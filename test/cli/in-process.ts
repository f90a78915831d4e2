import { createProgram } from '../../cli/program';
import { CommandError, exitCodeOfTaskProblem } from '../../cli/exit-codes';
import { TaskProblem } from '../../starters/tasks/task-problem';

/** What a command said and how it ended. */
export interface Said {
  /** On both streams, with the message of the error that ended the command, if one did. */
  readonly output: string;
  /** On standard output alone: on the other stream a command says what it waits for when that takes long. */
  readonly out: string;
  readonly exitCode: number;
}

/** Runs `extpost …` in this process, as cli/main.ts does, and listens to what it prints. */
export async function extpost(...words: readonly string[]): Promise<Said> {
  let [output, out] = ['', ''];
  const lineOf = (parts: readonly unknown[]): string => `${parts.map(String).join(' ')}\n`;
  const spies = [
    jest.spyOn(console, 'log').mockImplementation((...parts: unknown[]) => {
      output += lineOf(parts);
      out += lineOf(parts);
    }),
    jest.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => {
      output += lineOf(parts);
    }),
  ];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await (await createProgram(words)).parseAsync(['node', 'extpost', ...words]);
    return { output, out, exitCode: typeof process.exitCode === 'number' ? process.exitCode : 0 };
  } catch (error) {
    if (error instanceof TaskProblem) {
      return { output: `${output}${error.message}\n`, out, exitCode: exitCodeOfTaskProblem[error.kind] };
    }
    if (!(error instanceof CommandError)) throw error;
    return { output: `${output}${error.message}\n`, out, exitCode: error.exitCode };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
