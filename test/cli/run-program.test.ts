import { createServer, type AddressInfo, type Server } from 'node:net';

import { type Command, CommanderError } from 'commander';

import { CommandError, exitCodes } from '../../cli/exit-codes';
import { runCommandLine, runProcess } from '../../cli/run-program';
import { ConfigError } from '../../config';
import { TaskProblem, type TaskProblemKind } from '../../starters';
import { TemporalUnreachableError } from '../../temporal';

const program = (action: () => Promise<unknown>) => () => Promise.resolve({ parseAsync: action } as unknown as Command);

const listening = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });

describe('a command that cannot open its port', () => {
  it('says which one is taken, in a sentence', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const before = process.exitCode;
    const server = await listening(0);
    const { port } = server.address() as AddressInfo;
    await runCommandLine(program(() => listening(port)));
    const code = process.exitCode;
    process.exitCode = before;
    server.close();
    const sentence = `Port ${port} of 127.0.0.1 is taken by another process. Choose another port, or stop that process.`;
    expect([code, error.mock.calls]).toEqual([exitCodes.failed, [[sentence]]]);
    error.mockRestore();
  });
});

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

  const task = (kind: TaskProblemKind) => new TaskProblem(kind, 'The task does not.');
  it.each<[string, Error, number]>([
    ['words that are no command', new CommanderError(1, 'commander.unknownCommand', 'unknown'), exitCodes.wrongUse],
    ['a question for help', new CommanderError(0, 'commander.helpDisplayed', 'help'), exitCodes.done],
    ['a faulty configuration', new ConfigError('extpost.yaml', []), exitCodes.wrongUse],
    ['a wrong name of a task', task('wrong request'), exitCodes.wrongUse],
    ['a task that has ended', task('ended'), exitCodes.actionRejected],
    ['a Temporal that does not answer', new TemporalUnreachableError('No answer.'), exitCodes.noTemporal],
    ['a fault of its own', new Error('Why?'), exitCodes.failed],
  ])('has an exit code for %s', async (_what, error, exitCode) => {
    await runProcess(program(() => Promise.reject(error)));
    expect(process.exitCode).toBe(exitCode);
  });

  it('ends by itself when the command is done', async () => {
    await runProcess(program(() => Promise.resolve()));
    jest.advanceTimersByTime(60_000);
    expect([process.exitCode, exit.mock.calls.length]).toEqual([exitCodes.done, 0]);
  });
});
