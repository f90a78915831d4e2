import type { TaskProblemKind } from '../starters';

/** What the exit code of a command means; `exitCodeHelp` says it in words. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  noTemporal: 3,
  dayWentWrong: 4,
  probeFoundTrouble: 5,
  someMissing: 6,
  auditBroken: 7,
  wouldNotGoOut: 8,
  actionRejected: 9,
} as const;

export const exitCodeHelp = `
Exit codes:
  0  done
  1  something failed; the message says what
  2  the command line or the configuration is wrong
  3  no Temporal server is reachable, and none could be started
  4  the day ended with a task that is lost, delivered twice or delivered wrong
  5  a probe or the doctor found a fault
  6  some files could not be fetched; a table says which, and why
  7  the audit is broken: a line was changed, removed or moved
  8  something would not be delivered: an output, a recipe case or a file
  9  an action had no effect: the task refused it or did not change`;

/** The exit code of a command that a task's problem ends. */
export const exitCodeOfTaskProblem: Readonly<Record<TaskProblemKind, number>> = {
  'wrong request': exitCodes.wrongUse,
  ended: exitCodes.actionRejected,
  'no worker': exitCodes.failed,
  failed: exitCodes.failed,
};

/** An error whose message is meant for the person at the terminal, with the exit code it ends the command with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** The command line or the configuration is wrong. */
export function usageError(message: string): CommandError {
  return new CommandError(message, exitCodes.wrongUse);
}

/** Something that the command needs has failed. */
export function failure(message: string): CommandError {
  return new CommandError(message, exitCodes.failed);
}
