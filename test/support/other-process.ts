import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const repository = path.resolve(__dirname, '../..');
const readSources = path.join(repository, 'test/support/read-sources.js');

/** Another process: what a second worker on the same machine would be. */
export interface OtherProcess {
  readonly process: ChildProcess;
  /** Sends a line, and gives the line that comes back. */
  ask(line: string): Promise<string>;
  /** Kills it with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

const running: OtherProcess[] = [];

/**
 * Runs a program (CommonJS text; `process.argv[1]` is the first argument) until it is killed. It must print a line when it is
 * ready, and one for each that it is sent.
 */
export async function startOther(program: string, ...args: readonly string[]): Promise<OtherProcess> {
  const child = spawn(process.execPath, ['--no-warnings', '--require', readSources, '--eval', program, ...args], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const other: OtherProcess = {
    process: child,
    async ask(line) {
      const answer = once(lines, 'line') as Promise<[string]>;
      child.stdin.write(`${line}\n`);
      return (await answer)[0];
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
  running.push(other);
  await once(lines, 'line');
  return other;
}

/** Kills all that still run; for after each test. */
export async function killOthers(): Promise<void> {
  await Promise.all(running.splice(0).map((other) => other.kill()));
}
