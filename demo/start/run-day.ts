import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { loadConfig } from '../../config';
import { connectTemporal } from '../../temporal';
import type { Forms, SandboxReady } from '../sandbox/sandbox-command';
import { exitCodes, failure } from '../../cli/exit-codes';
import { prepareTemporal } from '../../cli/setup/setup-command';
import { configuredAddress, findTemporalServer, startTemporalServer } from '../temporal-server';
import { supervise, type Supervised } from './supervised-process';
import { findFreePort, LOOPBACK, requireFreePorts, temporalPorts, type WantedPort } from '../ports';
import { type Ledger, SandboxControl, violationsText } from '../sandbox-control';
import { createScreen, type Screen } from './screen';
import { ensureWorkflowBundle } from './workflow-bundle';
import { showTasks, unaskedTasks, type WatchOptions, watchTasks } from './watch-tasks';

/** The options of `extpost start`. */
export interface DayOptions {
  readonly once: boolean;
  readonly tasks: number;
  /** Seconds over which the tasks become ready. */
  readonly spread: number;
  readonly seed?: string;
  readonly forms: Forms;
  readonly temporalPort: number;
  readonly uiPort: number;
  readonly receiverPort: number;
  readonly boardPort: number;
  readonly sandboxPort: number;
  readonly folder: string;
}

const EXAMPLE_CONFIG = path.join(__dirname, '..', '..', '..', 'examples', 'sandbox', 'extpost.yaml');
const LEDGER_POLL_MS = 500;
/** How long after the day's end a task that only an operator can help may take to ask for one. */
const ASKS_WITHIN_MS = 60_000;

interface Part {
  stop(): Promise<void>;
}

/**
 * Brings everything up, lets the day happen, and takes everything down again, whatever went wrong. Returns the exit
 * code. The server's program comes first: when none could be started, nothing else has been started.
 */
export async function runDay(options: DayOptions): Promise<number> {
  const screen = createScreen(process.stdout);
  const stop = new AbortController();
  const interrupt = (): void => {
    stop.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const parts: Part[] = [];
  screen.line('Starting: Temporal, the sandbox, receiver, board and worker.');
  try {
    return await runParts(options, screen, parts, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    screen.line('Stopping.');
    return options.once ? exitCodes.failed : exitCodes.done;
  } finally {
    screen.finish();
    // Stop the processes that create work first, the Temporal server last.
    for (const part of parts.reverse()) await part.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function runParts(options: DayOptions, screen: Screen, parts: Part[], signal: AbortSignal): Promise<number> {
  const began = Date.now();
  const report = (line: string): void => {
    screen.line(line);
  };
  const external = configuredAddress(process.env);
  const databaseFile = path.join(options.folder, 'temporal.db');
  await requireFreePorts(wantedPorts(options, external === undefined));
  // A configured server must be reachable before anything else is started.
  if (external !== undefined) await (await connectTemporal({})).close();
  const program =
    external === undefined
      ? await findTemporalServer({ report, environment: process.env, isTTY: process.stderr.isTTY, signal })
      : undefined;
  if (program !== undefined && options.seed !== undefined && existsSync(databaseFile)) {
    throw failure(
      `${options.folder} holds the tasks of an earlier day, and the same seed makes tasks with the same ids. Use an empty folder: --folder.`,
    );
  }
  await mkdir(options.folder, { recursive: true });

  // The other processes must know it before the server runs.
  const temporalPort = options.temporalPort === 0 ? await findFreePort() : options.temporalPort;
  const address = external ?? `${LOOPBACK}:${temporalPort}`;
  const base = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    EXTPOST_CONFIG: EXAMPLE_CONFIG,
    EXTPOST_FOLDER: options.folder,
  };
  const launch = async (
    name: string,
    args: string[],
    environment: NodeJS.ProcessEnv,
    restart: boolean,
  ): Promise<Supervised> => {
    const logFolder = path.join(options.folder, 'logs');
    const part = await supervise({ name, args: [name, ...args], environment, logFolder, restart, report });
    parts.push(part);
    return part;
  };

  const delivered = path.join(options.folder, 'delivered');
  const sandboxArgs = Object.entries({
    '--port': options.sandboxPort,
    '--tasks': options.tasks,
    '--spread': options.spread,
    '--delivered': delivered,
    '--forms': options.forms,
    ...(options.seed !== undefined && { '--seed': options.seed }),
  }).flatMap(([option, value]) => [option, String(value)]);
  const sandbox = (await launch('sandbox', sandboxArgs, base, false)).ready as SandboxReady;
  const control = new SandboxControl(sandbox.controlUrl);
  const environment = { ...base, ...sandbox.environment };
  const config = await loadConfig({ path: EXAMPLE_CONFIG, environment });

  // What people look at comes first; until Temporal runs its pages say so.
  const board = await launch('board', ['--host', LOOPBACK, '--port', String(options.boardPort)], environment, true);
  screen.header(`Board: ${(board.ready as { url: string }).url}`);

  const bundled = ensureWorkflowBundle(signal);
  // Its failure is thrown where it is waited for.
  bundled.catch(() => undefined);

  const receiver = await launch(
    'receiver',
    ['--host', LOOPBACK, '--port', String(options.receiverPort)],
    environment,
    true,
  );
  const { address: receiverUrl } = receiver.ready as { address: string };
  const studios = Object.keys(config.studios);
  await control.setWebhooks(
    Object.fromEntries(studios.map((studio) => [studio, `${receiverUrl}/webhooks/creative-force/${studio}`])),
  );
  // One webhook arrives before Temporal is reachable: it is answered with 503 and retried.
  await control.sendEarlyWebhook();

  if (program !== undefined) {
    const server = await startTemporalServer({
      executable: program.path,
      databaseFile,
      logFile: path.join(options.folder, 'logs', 'temporal.log'),
      port: temporalPort,
      uiPort: options.uiPort,
    });
    // The server stops last, because all other processes use it.
    parts.unshift(server);
    screen.header(`Temporal Web UI: ${server.uiUrl ?? 'none'}`);
  }
  screen.header(`Sandbox: ${sandbox.controlUrl}   Delivered pictures: ${path.resolve(delivered)}`);

  const temporal = await connectTemporal({ ...config.temporal, address, environment });
  try {
    await prepareTemporal(temporal, config);
    await bundled;
    const worker = await launch('worker', [], environment, true);
    report(`The worker is process ${worker.pid() ?? 'unknown'}; kill it if you like; tasks resume on restart.`);
    await control.beginDay();
    report(`The day has begun, ${seconds(began)} after the command.`);
    const day: WatchOptions = { temporal, control, screen, began, signal };
    return await (options.once ? runOnce(day) : runUntilStopped(day));
  } finally {
    await temporal.close();
  }
}

/** Runs the day to its end; the exit code follows from the sandbox's ledger. */
async function runOnce(day: WatchOptions): Promise<number> {
  const { control, screen, began, signal } = day;
  const ending = new AbortController();
  const watching = watchTasks({ ...day, signal: AbortSignal.any([signal, ending.signal]) });
  try {
    // Whichever fails first is thrown at once.
    await Promise.race([control.waitUntilFinished(LEDGER_POLL_MS, signal), watching]);
  } finally {
    ending.abort();
    await watching;
  }
  signal.throwIfAborted();
  const unasked = await unaskedTasks(day, ASKS_WITHIN_MS);
  // Show the last changes.
  await showTasks(day);
  const ledger = await control.ledger(true);
  const { summary, line, tasks } = ledger;
  screen.finish();
  for (const { product, verdict, reason } of tasks.filter((task) => isBad(task.verdict)))
    screen.line(`${product} is ${verdict}: ${reason}`);
  for (const { product, reason } of unasked) screen.line(`${product} asks for no operator: ${reason}`);
  screen.line(`The day took ${seconds(began)}; ${violationsText(ledger)}.`);
  screen.line(line);
  return isFlawless(summary) && unasked.length === 0 ? exitCodes.done : exitCodes.dayWentWrong;
}

async function runUntilStopped(day: WatchOptions): Promise<number> {
  const { control, screen } = day;
  screen.header('Stop with Ctrl-C. The database stays: the next start continues with these tasks.');
  await watchTasks(day);
  screen.finish();
  screen.line((await control.ledger()).line);
  return exitCodes.done;
}

function isBad(verdict: string): boolean {
  return verdict === 'lost' || verdict === 'twice' || verdict === 'wrong';
}

function isFlawless({ lost, twice, wrong, waiting, violations }: Ledger['summary']): boolean {
  return lost + twice + wrong + waiting + violations === 0;
}

function wantedPorts(options: DayOptions, ownServer: boolean): WantedPort[] {
  const { boardPort, receiverPort, sandboxPort } = options;
  const services = ['control', 'gateway', 'Celtra', 'Celtra files', 'object store'];
  return [
    ...(ownServer ? temporalPorts(options) : []),
    { port: receiverPort, what: 'webhook receiver', option: '--receiver-port' },
    { port: boardPort, what: 'board', option: '--board-port' },
    ...services.map((service, offset) => ({
      port: sandboxPort === 0 ? 0 : sandboxPort + offset,
      what: `sandbox (${service})`,
      option: '--sandbox-port',
    })),
  ];
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
