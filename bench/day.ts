import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { request } from 'undici';

import { prepareTemporal } from '../cli/setup/setup-command';
import { loadConfig } from '../config';
import { sandboxEnvironment, startSandbox, type Sandbox, type SandboxOptions, type SandboxPlace } from '../sandbox';
import { openTemporal, type TemporalConnection } from '../temporal';
import { extpostCommand, launch } from './launch';

export interface ProcessOptions {
  /** For configuration, spool and receiver state; created if missing. */
  readonly folder: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** The content of `extpost.yaml` without the folders; secrets are referenced as `${ACME_CF_CLIENT_SECRET}`. */
  readonly config: (sandbox: SandboxPlace) => Readonly<Record<string, unknown>>;
  /** How many worker processes; default one. */
  readonly workers?: number;
  /** How many receivers; default one. With two each studio's webhooks go to another one. */
  readonly receivers?: number;
  /** Additional environment variables, beside those that `extpost sandbox` prints. */
  readonly environment?: (sandbox: SandboxPlace) => Promise<NodeJS.ProcessEnv>;
  /** Node options of the worker's process, such as `--cpu-prof`. */
  readonly workerNodeOptions?: readonly string[];
}

export interface DayOptions extends ProcessOptions {
  readonly sandbox: SandboxOptions;
}

/** A receiver and a worker as separate processes, on a running Temporal server, beside a sandbox. */
export interface RunningProcesses {
  readonly temporal: TemporalConnection;
  readonly receiverUrl: string;
  /** All receivers. */
  readonly receiverUrls: readonly string[];
  /** The process ids of all workers that were not killed for good, and of all receivers. */
  readonly pids: () => { readonly workers: readonly number[]; readonly receivers: readonly number[] };
  /** The output of a process so far, both streams. */
  readonly printed: (part: 'receiver' | 'worker') => string;
  readonly pidOf: (part: 'receiver' | 'worker') => number;
  /** Begins the day: tasks become ready. */
  readonly begin: () => Promise<void>;
  /**
   * Kills the worker with SIGKILL and restarts it at once; `whenLaunched` is called when the new process is started,
   * before it is ready.
   */
  readonly restartWorker: (whenLaunched?: () => void) => Promise<void>;
  /** Kills the worker with this process id with SIGKILL, for good. */
  readonly killWorker: (processId: number) => Promise<void>;
  stop(): Promise<void>;
}

/** The same with a sandbox in this process. */
export interface RunningDay extends RunningProcesses {
  readonly sandbox: Sandbox;
}

/** Starts everything; the day begins with `begin`. Needs the built command. */
export async function startDay(options: DayOptions): Promise<RunningDay> {
  const sandbox = await startSandbox(options.sandbox);
  try {
    const processes = await startProcesses(sandbox, options);
    const stop = async (): Promise<void> => {
      await processes.stop();
      await sandbox.stop();
    };
    return { ...processes, sandbox, stop };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** Starts receiver and worker for a sandbox that is running already. Needs the built command. */
export async function startProcesses(sandbox: SandboxPlace, options: ProcessOptions): Promise<RunningProcesses> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const parts: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const { receiver, worker, ...rest } = options.config(sandbox);
    const file = path.join(folder, 'extpost.yaml');
    const written = {
      storage: { folder: path.join(folder, 'storage') },
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
    const startReceiver = () => launch(extpostCommand, ['receiver', '--host', '127.0.0.1', '--port', '0'], environment);
    const receiving = await startReceiver();
    parts.push(receiving);
    const receivers = [receiving];
    for (let more = 1; more < (options.receivers ?? 1); more += 1) {
      const other = await startReceiver();
      receivers.push(other);
      parts.push(other);
    }
    const receiverUrls = receivers.map(({ ready }) => (ready as { address: string }).address);
    const [receiverUrl = ''] = receiverUrls;
    await control(sandbox, 'PUT', '/webhooks', {
      acme: `${receiverUrl}/webhooks/creative-force/acme`,
      nordlicht: `${receiverUrls.at(-1) ?? ''}/webhooks/creative-force/nordlicht`,
    });
    const startWorker = () => launch(extpostCommand, ['worker'], environment, options.workerNodeOptions);
    let working = await startWorker();
    let printedByKilled = '';
    const killed = new Set<number>();
    parts.push({ stop: () => working.stop() });
    const others: Awaited<ReturnType<typeof startWorker>>[] = [];
    for (let more = 1; more < (options.workers ?? 1); more += 1) {
      const other = await startWorker();
      others.push(other);
      parts.push(other);
    }
    return {
      temporal,
      receiverUrl,
      receiverUrls,
      pids: () => ({
        workers: [working, ...others].map(({ pid }) => pid).filter((pid) => !killed.has(pid)),
        receivers: receivers.map(({ pid }) => pid),
      }),
      printed: (part) => (part === 'receiver' ? receiving.printed() : printedByKilled + working.printed()),
      pidOf: (part) => (part === 'receiver' ? receiving : working).pid,
      begin: async () => {
        await control(sandbox, 'POST', '/day/begin');
      },
      restartWorker: async (whenLaunched) => {
        await working.kill();
        printedByKilled += working.printed();
        const next = startWorker();
        whenLaunched?.();
        working = await next;
      },
      killWorker: async (processId) => {
        const worker = [working, ...others].find((part) => part.pid === processId);
        if (worker === undefined) throw new Error(`No worker of this day has the process id ${processId}.`);
        killed.add(processId);
        await worker.kill();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type ControlPlace = Pick<SandboxPlace, 'controlUrl'>;

/** The sandbox's event log, without its first entries. */
export async function eventsOf(sandbox: ControlPlace, after = 0): Promise<readonly SandboxEvent[]> {
  return (await control(sandbox, 'GET', `/events?after=${after}`)) as readonly SandboxEvent[];
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
  /** Of a request to Celtra: whether it names outputs by their ids. */
  readonly byId?: boolean;
  /** Of a request to Celtra: how many outputs of the answer were pending. */
  readonly pending?: number;
  /** Of a request to Celtra: what it calls itself, with the task. */
  readonly caller?: string;
}

/** Calls the sandbox's control API; throws with its message if it rejects the call. */
export async function control(
  sandbox: ControlPlace,
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
