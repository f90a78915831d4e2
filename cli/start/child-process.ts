import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { ChildMessage } from '../services/supervision';

/** The built command itself, run again for each part. */
const EXTPOST = path.join(__dirname, '..', 'main.js');
const RESTART_DELAY_MS = 300;
const MAX_RESTARTS = 20;
const STOP_TIMEOUT_MS = 15_000;

export interface SupervisedOptions {
  /** What a person calls this part: `worker`, `receiver`, `sandbox`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  /** Started again when it dies; else its death is an error. */
  readonly restart: boolean;
  readonly report: (line: string) => void;
}

/** A part of extpost that runs as a process of its own under `extpost start`. */
export interface Supervised {
  /** What the process said when it was ready. */
  readonly ready: unknown;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

/** Starts a part and waits until it says that it is ready. One that dies later is started again, and that is said. */
export async function supervise(options: SupervisedOptions): Promise<Supervised> {
  const { name, report } = options;
  let stopping = false;
  let restarts = 0;
  await mkdir(options.logFolder, { recursive: true });
  const logFile = path.join(options.logFolder, `${name}.log`);

  let child = launch(options, logFile);
  watch();
  const ready = await waitUntilReady(child, name, logFile);

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
    // Ctrl-C goes to us alone; we stop the parts in order.
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
