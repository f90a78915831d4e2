import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

import { killWithParent } from './kill-with-parent';

const STOP_TIMEOUT_MS = 5_000;
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
    const endWatch = killWithParent(pid);
    void exited.then(endWatch);
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
