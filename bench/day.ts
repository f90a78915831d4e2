import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { request } from 'undici';

import { prepareTemporal } from '../cli/setup/setup-command';
import { loadConfig } from '../config';
import { sandboxEnvironment, startSandbox, type Sandbox, type SandboxOptions } from '../sandbox';
import { openTemporal, type TemporalConnection } from '../temporal';

/** The repository root, from the sources and from the built code. */
const root = path.join(__dirname, ...(__dirname.endsWith(path.join('build', 'bench')) ? ['..', '..'] : ['..']));

const STOP_TIMEOUT_MS = 15_000;

export interface DayOptions {
  /** For configuration, spool and receiver state; created if missing. */
  readonly folder: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly sandbox: SandboxOptions;
  /** The content of `extpost.yaml` without the folders; secrets are referenced as `${ACME_CF_CLIENT_SECRET}`. */
  readonly config: (sandbox: Sandbox) => Readonly<Record<string, unknown>>;
  /** Additional environment variables, beside those that `extpost sandbox` prints. */
  readonly environment?: (sandbox: Sandbox) => Promise<NodeJS.ProcessEnv>;
}

/** A sandbox with a receiver and a worker as separate processes, on a running Temporal server. */
export interface RunningDay {
  readonly sandbox: Sandbox;
  readonly temporal: TemporalConnection;
  readonly receiverUrl: string;
  /** The output of a process so far, both streams. */
  readonly printed: (part: 'receiver' | 'worker') => string;
  /** Begins the day: tasks become ready. */
  readonly begin: () => Promise<void>;
  /**
   * Kills the worker with SIGKILL and restarts it at once; `whenLaunched` is called when the new process is started,
   * before it is ready.
   */
  readonly restartWorker: (whenLaunched?: () => void) => Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything; the day begins with `begin`. Needs the built command. */
export async function startDay(options: DayOptions): Promise<RunningDay> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const sandbox = await startSandbox(options.sandbox);
  const parts: { stop(): Promise<void> }[] = [sandbox];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const { receiver, worker, ...rest } = options.config(sandbox);
    const file = path.join(folder, 'extpost.yaml');
    const written = {
      ...rest,
      temporal: options.temporal,
      receiver: { stateFolder: path.join(folder, 'receiver'), ...(receiver as object | undefined) },
      worker: { spool: { folder: path.join(folder, 'spool') }, ...(worker as object | undefined) },
    };
    // JSON is YAML.
    await writeFile(file, JSON.stringify(written, undefined, 2));
    const environment = {
      ...process.env,
      ...sandboxEnvironment(sandbox),
      ...(await options.environment?.(sandbox)),
      EXTPOST_CONFIG: file,
      TEMPORAL_ADDRESS: '',
    };
    const config = await loadConfig({ path: file, environment });
    const temporal = openTemporal({ ...config.temporal, environment });
    parts.push({ stop: () => temporal.close() });
    await prepareTemporal(temporal, config);
    const receiving = await launch(['receiver', '--host', '127.0.0.1', '--port', '0'], environment);
    parts.push(receiving);
    const { address: receiverUrl } = receiving.ready as { address: string };
    await control(sandbox, 'PUT', '/webhooks', {
      acme: `${receiverUrl}/webhooks/creative-force/acme`,
      nordlicht: `${receiverUrl}/webhooks/creative-force/nordlicht`,
    });
    let working = await launch(['worker'], environment);
    let printedByKilled = '';
    parts.push({ stop: () => working.stop() });
    return {
      sandbox,
      temporal,
      receiverUrl,
      printed: (part) => (part === 'receiver' ? receiving.printed() : printedByKilled + working.printed()),
      begin: async () => {
        await control(sandbox, 'POST', '/day/begin');
      },
      restartWorker: async (whenLaunched) => {
        await working.kill();
        printedByKilled += working.printed();
        const next = launch(['worker'], environment);
        whenLaunched?.();
        working = await next;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The sandbox's event log. */
export async function eventsOf(sandbox: Sandbox): Promise<readonly SandboxEvent[]> {
  return (await control(sandbox, 'GET', '/events')) as readonly SandboxEvent[];
}

export interface SandboxEvent {
  /** Unix milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly endpoint?: string;
  readonly taskId?: string;
  readonly status?: number;
  /** 0 is the first delivery. */
  readonly round?: number;
  /** Of a submission: whether it took effect. */
  readonly accepted?: boolean;
  /** Of an upload. */
  readonly fileName?: string;
  /** Of a file from Celtra's file host. */
  readonly outputId?: string;
  /** Of a file or an upload: what was wrong with it. */
  readonly problem?: string;
}

/** Calls the sandbox's control API; throws with its message if it rejects the call. */
export async function control(
  sandbox: Sandbox,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  route: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await request(sandbox.controlUrl + route, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300)
    throw new Error(`The sandbox answered ${method} ${route} with ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}

interface Part {
  readonly ready: unknown;
  readonly printed: () => string;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a process of extpost and waits until it is ready. */
async function launch(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Part> {
  const child = fork(path.join(root, 'bin', 'extpost.js'), [...args], {
    cwd: root,
    env: environment,
    // Node options of jest are not meant for the command.
    execArgv: [],
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
      reject(new Error(`extpost ${args.join(' ')} ended with ${code ?? 'a signal'} before it was ready:\n${printed}`));
    });
  });
  return {
    ready,
    printed: () => printed,
    kill: () => endChild(child, 'SIGKILL'),
    stop: () => endChild(child, 'SIGTERM'),
  };
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
