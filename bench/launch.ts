import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The repository root, from the sources and from the built code. */
const root = path.join(__dirname, ...(__dirname.endsWith(path.join('build', 'bench')) ? ['..', '..'] : ['..']));

/** The built command, and the built sandbox as a process. */
export const extpostCommand = path.join(root, 'bin', 'extpost.js');
export const sandboxProcess = path.join(root, 'build', 'bench', 'sandbox-process.js');
export const arrivalsProcess = path.join(root, 'build', 'bench', 'arrivals', 'arrivals-process.js');

const STOP_TIMEOUT_MS = 15_000;

export interface Part {
  readonly ready: unknown;
  readonly pid: number;
  readonly printed: () => string;
  /** What the process answers by {@link answerReports}; never returns for a process that does not. */
  readonly report: () => Promise<unknown>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a built module as a process and waits until it reports that it is ready. */
export async function launch(
  module: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  nodeOptions: readonly string[] = [],
): Promise<Part> {
  const child = fork(module, [...args], {
    cwd: root,
    env: environment,
    // Node options of jest are not meant for the command.
    execArgv: [...nodeOptions],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  }
  const ready = await new Promise<unknown>((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as { ready: unknown }).ready);
    });
    child.once('exit', (code) => {
      const name = [path.basename(module), ...args.slice(0, 1)].join(' ').slice(0, 100);
      reject(new Error(`${name} ended with ${code ?? 'a signal'} before it was ready:\n${printed}`));
    });
  });
  return {
    ready,
    pid: child.pid ?? 0,
    printed: () => printed,
    report: () => {
      const answer = once(child, 'message').then(([message]) => (message as Report).report);
      child.send(REPORT);
      return answer;
    },
    kill: () => endChild(child, 'SIGKILL'),
    stop: () => endChild(child, 'SIGTERM'),
  };
}

interface Report {
  readonly report: unknown;
}

const REPORT = 'report';

/** In a launched process: answers its parent's `report()`. */
export function answerReports(report: () => unknown): void {
  process.on('message', (message) => {
    if (message === REPORT) process.send?.({ report: report() } satisfies Report);
  });
  // Listening to the parent must not keep this process alive.
  process.channel?.unref();
}

async function endChild(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(impatience);
}
