import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { watchOverDeath } from './death-watch';

const PATIENCE_MS = 5_000;
const KEPT_CHARACTERS = 16_000;
const SHOWN_LINES = 15;
const DRAIN_LIMIT_MS = 500;

export interface ServerProcess {
  readonly pid: number;
  /** The exit code, `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** What it printed last. */
  readonly lastLines: () => string;
  /** SIGTERM, and SIGKILL after 5 s; resolves when it has gone. */
  readonly stop: () => Promise<void>;
}

/** Starts a server that does not outlive us. Throws the system's error when it cannot be started. */
export async function startServerProcess(
  executable: string,
  args: readonly string[],
  options: { readonly logFile?: string | undefined; readonly environment: NodeJS.ProcessEnv },
): Promise<ServerProcess> {
  const child = spawn(executable, args, {
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C must reach us only: the workers still need the server while they shut down.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const closed = new Promise((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve).once('error', reject);
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${executable} could not be started.`);

  const log = options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a' });
  log?.on('error', () => undefined);
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      kept = (kept + text).slice(-KEPT_CHARACTERS);
      log?.write(text);
    });
  }
  // Its last words may still be on their way when it has ended.
  const drained = closed.then(async () => {
    if (log === undefined) return;
    await new Promise<void>((resolve) => {
      log.end(() => {
        resolve();
      });
    });
  });
  const exited = exit.then(async (exitCode) => {
    await Promise.race([drained, pause(DRAIN_LIMIT_MS, undefined, { ref: false })]);
    return exitCode;
  });

  const watch = watchOverDeath(pid);
  const endWithUs = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', endWithUs);
  void exit.then(() => {
    process.removeListener('exit', endWithUs);
    watch.end();
  });

  return {
    pid,
    exited,
    lastLines: () => kept.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'),
    stop: async () => {
      child.kill('SIGTERM');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exited;
      clearTimeout(lastResort);
    },
  };
}
