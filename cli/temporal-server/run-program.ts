import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const KEPT_LINES = 200;

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingFolder?: string;
  /** Ends the program; the answer then has `wasStopped`. */
  readonly signal?: AbortSignal;
  readonly stopWith?: NodeJS.Signals;
  readonly onLine?: (line: string) => void;
}

export interface ProgramAnswer {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly wasStopped: boolean;
  /** Standard output and standard error, the last 200 lines of both together. */
  readonly lines: readonly string[];
}

/** Runs a program to its end. Rejects only when it cannot be started at all (ENOENT, EACCES, ENOEXEC …). */
export async function runProgram(run: ProgramRun): Promise<ProgramAnswer> {
  const lines: string[] = [];
  const child = spawn(run.command, run.args, {
    env: run.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    killSignal: run.stopWith ?? 'SIGKILL',
    ...(run.workingFolder === undefined ? {} : { cwd: run.workingFolder }),
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  });
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    run.onLine?.(line);
  };
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined || error.name !== 'AbortError') reject(error);
    });
    // Not 'close': a grandchild that outlives the program keeps its pipes open.
    child.once('exit', resolve);
  });
  const read = Promise.all([readLines(child.stdout, keep), readLines(child.stderr, keep)]);
  const exitCode = await closed;
  await Promise.race([read, pause(200)]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { exitCode, wasStopped: run.signal?.aborted === true, lines };
}

async function readLines(stream: Readable, take: (line: string) => void): Promise<void> {
  const reader = createInterface({ input: stream, crlfDelay: Infinity });
  reader.on('line', take);
  await new Promise<void>((resolve) => reader.once('close', resolve));
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** The last lines that say something, in one line and without passwords of proxy addresses. */
export function lastLinesOf(lines: readonly string[], howMany = 3): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  return withoutPasswords(said.slice(-howMany).join(' | ')).slice(0, 600);
}

/** `https://name:password@host` → `https://***@host`: proxies are often given so. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/:\/\/[^\s/@]+@/g, '://***@');
}
