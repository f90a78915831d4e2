import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { ChildMessage } from '../../cli/services/supervision';

/** The built command, which is run for each process. */
const EXTPOST = path.join(__dirname, '..', 'main.js');
const RESTART_DELAY_MS = 300;
const MAX_RESTARTS = 20;
const STOP_TIMEOUT_MS = 15_000;

export interface SupervisedOptions {
  /** `worker`, `receiver` or `sandbox`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  /** Whether the process is restarted when it exits. */
  readonly restart: boolean;
  readonly report: (line: string) => void;
}

/** A process that `extpost start` supervises. */
export interface Supervised {
  /** The ready message of the process. */
  readonly ready: unknown;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

/** Starts a process and waits until it is ready. If it exits later, it is restarted and reported. */
export async function supervise(options: SupervisedOptions): Promise<Supervised> {
  const { name, report } = options;
  let stopping = false;
  let restarts = 0;
  await mkdir(options.logFolder, { recursive: true });
  const logFile = path.join(options.logFolder, `${name}.log`);

  let child = launch(options, logFile);
  const ready = await waitUntilReady(child, name, logFile);
  // Only now, because nobody stops a process that did not start and was launched again.
  watch();

  return {
    ready,
    pid: () => child.pid,
    async stop() {
      stopping = true;
      await stopChild(child);
    },
  };

  function watch(): void {
    child.once('exit', (code, signal) => {
      if (stopping) return;
      const how = signal ?? `exit code ${code ?? 'unknown'}`;
      if (!options.restart || restarts >= MAX_RESTARTS) {
        report(`${name} has stopped (${how}); its log is ${logFile}.`);
        return;
      }
      restarts += 1;
      report(`${name} has stopped (${how}) and is started again.`);
      setTimeout(() => {
        if (stopping) return;
        child = launch(options, logFile);
        watch();
      }, RESTART_DELAY_MS);
    });
  }
}

function launch({ args, environment }: SupervisedOptions, logFile: string): ChildProcess {
  const child = fork(EXTPOST, [...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Only this process receives Ctrl-C; it stops the others in order.
    detached: true,
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  return child;
}

function waitUntilReady(child: ChildProcess, name: string, logFile: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as ChildMessage).ready);
    });
    child.once('exit', (code) => {
      reject(new Error(`The ${name} did not start (exit code ${code ?? 'none'}). Its log says why: ${logFile}`));
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(impatience);
}
