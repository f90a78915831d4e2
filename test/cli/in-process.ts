import { createProgram } from '../../cli/program';
import { CommandError, exitCodeOfTaskProblem } from '../../cli/exit-codes';
import { TaskProblem } from '../../starters/tasks/task-problem';

/** What a command said and how it ended. */
export interface Said {
  readonly output: string;
  readonly exitCode: number;
}

/** Runs `extpost …` in this process, as cli/main.ts does, and listens to what it prints. */
export async function extpost(...words: readonly string[]): Promise<Said> {
  let output = '';
  const listen = (...parts: unknown[]): void => {
    output += `${parts.map(String).join(' ')}\n`;
  };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(listen),
    jest.spyOn(console, 'error').mockImplementation(listen),
  ];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await (await createProgram(words)).parseAsync(['node', 'extpost', ...words]);
    return { output, exitCode: typeof process.exitCode === 'number' ? process.exitCode : 0 };
  } catch (error) {
    if (error instanceof TaskProblem) {
      return { output: `${output}${error.message}\n`, exitCode: exitCodeOfTaskProblem[error.kind] };
    }
    if (!(error instanceof CommandError)) throw error;
    return { output: `${output}${error.message}\n`, exitCode: error.exitCode };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
