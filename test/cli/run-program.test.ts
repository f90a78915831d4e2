import type { Command } from 'commander';

import { CommandError, exitCodes } from '../../cli/exit-codes';
import { runProcess } from '../../cli/run-program';

const program = (action: () => Promise<unknown>) => ({ parseAsync: action }) as unknown as Command;

describe('a process that runs a command', () => {
  const before = process.exitCode;
  let exit: jest.SpyInstance;
  beforeEach(() => {
    jest.useFakeTimers();
    process.exitCode = undefined;
    exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    process.exitCode = before;
  });

  it('ends soon when the command fails, whatever that has left open', async () => {
    await runProcess(program(() => Promise.reject(new CommandError('The port is taken.', exitCodes.failed))));
    expect([process.exitCode, exit.mock.calls.length]).toEqual([exitCodes.failed, 0]);
    jest.advanceTimersByTime(5_000);
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it('ends by itself when the command is done', async () => {
    await runProcess(program(() => Promise.resolve()));
    jest.advanceTimersByTime(60_000);
    expect([process.exitCode, exit.mock.calls.length]).toEqual([exitCodes.done, 0]);
  });
});
