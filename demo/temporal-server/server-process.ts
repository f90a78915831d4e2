import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { killWithParent } from './kill-with-parent';

const STOP_TIMEOUT_MS = 5_000;
const READY_TIMEOUT_MS = 60_000;
const RETRY_MS = 50;
const SHOWN_LINES = 15;

export interface ServerProcess {
  readonly pid: number;
  /** The exit code, `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** What it printed last. */
  readonly lastLines: () => Promise<string>;
  /** Sends SIGTERM, and SIGKILL after 5 s. May be called more than once. */
  readonly stop: () => Promise<void>;
}

/** The server could not be started or does not answer; the message ends with the last lines that it printed. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
}

/** Starts a server that ends with this process and appends its output to a file. Rejects when it cannot be started. */
export async function startServerProcess(
  executable: string,
  args: readonly string[],
  logFile: string,
): Promise<ServerProcess> {
  await mkdir(path.dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  try {
    const { size } = await log.stat();
    // In its own process group: Ctrl-C must not reach the server, because the workers need it while they shut down.
    const child = spawn(executable, args, { stdio: ['ignore', log.fd, log.fd], detached: true });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const { pid = 0 } = child;
    void exited.then(killWithParent(pid));
    return {
      pid,
      exited,
      async lastLines() {
        const output = (await readFile(logFile)).subarray(size).toString();
        return output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
      },
      async stop() {
        child.kill('SIGTERM');
        const timeout = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await exited;
        clearTimeout(timeout);
      },
    };
  } finally {
    await log.close();
  }
}

/** Repeats a question until the server answers it. Throws a {@link ServerStartError} when it ends, or gives no answer for a minute. */
export async function untilAnswered(server: ServerProcess, what: string, ask: () => Promise<unknown>): Promise<void> {
  const until = Date.now() + READY_TIMEOUT_MS;
  const ended = new AbortController();
  void server.exited.then(() => {
    ended.abort();
  });
  const answers = (): Promise<boolean> =>
    ask().then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (ended.signal.aborted || Date.now() > until) {
      const fault = ended.signal.aborted
        ? 'ended while starting'
        : `did not answer within ${READY_TIMEOUT_MS / 1000} s`;
      throw new ServerStartError(`${what} ${fault}. Its last lines:\n${await server.lastLines()}`);
    }
    await pause(RETRY_MS);
  }
}
