import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { removePidFile, stopOrphanedServer, writePidFile } from './orphaned-server';
import { choosePort, LOOPBACK, SERVER_PORT, UI_PORT } from './ports';
import { ensureSearchAttributes } from '../setup/ensure-search-attributes';
import type { SearchAttributes } from '../setup/ensure-search-attributes';
import { startServerProcess } from './server-process';
import type { ServerProcess } from './server-process';
import { knowsNewsSwitch, startDevArguments } from './start-dev-arguments';
import { messageOf } from './system-error';
import { waitUntilReady } from './wait-until-ready';

const READY_LIMIT_MS = 30_000;
const DEFAULT_PORT = 7233;
/** The Web UI's port, counted from the server's: 7233 → 8233, as the command line does it. */
const UI_PORT_DISTANCE = 1000;

export interface StartOptions {
  /** A path from `findTemporalServer`. */
  readonly executable: string;
  /** A SQLite file, created with its folder when missing. Without it everything is forgotten when the server stops. */
  readonly databaseFile?: string;
  /** Default 7233; 0 takes a free one. */
  readonly port?: number;
  /** Default: 1000 above the server's port, or a free one when that is 0; 0 takes a free one. */
  readonly uiPort?: number | 'headless';
  readonly searchAttributes: SearchAttributes;
  /** Created when missing. Default `default`. */
  readonly namespace?: string;
  /** What the server prints is added to this file. */
  readonly logFile?: string;
  /** More of the server's own settings; they win over ours. */
  readonly extraDynamicConfig?: Readonly<Record<string, boolean | number | string>>;
  readonly report?: (line: string) => void;
  /** Default `process.env`. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface RunningTemporalServer {
  /** `127.0.0.1:7233`. */
  readonly address: string;
  readonly uiUrl?: string;
  readonly pid: number;
  /** Settles when the server has ended, by `stop()` or by itself: its exit code, `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** What the server printed last, for an error message. */
  lastLines(): string;
  /** May be called more than once. */
  stop(): Promise<void>;
}

/** The server could not be started or does not answer; the message ends with the last lines that it printed. */
export class TemporalServerStartError extends Error {
  override readonly name = 'TemporalServerStartError';
}

/**
 * Starts a Temporal dev server on 127.0.0.1 and waits until it answers for the namespace and knows the search
 * attributes. Throws a {@link TemporalServerStartError}, a PortTakenError, a DatabaseInUseError or a
 * SearchAttributesError.
 */
export async function startTemporalServer(options: StartOptions): Promise<RunningTemporalServer> {
  const environment = options.environment ?? process.env;
  const namespace = options.namespace ?? 'default';
  const databaseFile = options.databaseFile === undefined ? undefined : resolve(options.databaseFile);
  if (databaseFile !== undefined) {
    await mkdir(dirname(databaseFile), { recursive: true });
    await stopOrphanedServer(databaseFile, options.report ?? (() => undefined));
  }
  if (options.logFile !== undefined) await mkdir(dirname(resolve(options.logFile)), { recursive: true });

  const { port, uiPort } = await choosePorts(options);
  const server = await launch(options.executable, {
    logFile: options.logFile,
    environment,
    args: startDevArguments({
      port,
      uiPort,
      namespace,
      databaseFile,
      searchAttributes: options.searchAttributes,
      extraDynamicConfig: options.extraDynamicConfig,
      canDisableNews: uiPort !== 'headless' && (await knowsNewsSwitch(options.executable, environment)),
    }),
  });
  try {
    if (databaseFile !== undefined) {
      await writePidFile(databaseFile, { pid: server.pid, port, startedBy: process.pid });
    }
    await makeReady(server, port, namespace, options.searchAttributes);
  } catch (error) {
    await server.stop();
    if (databaseFile !== undefined) await removePidFile(databaseFile);
    throw error;
  }
  return {
    address: `${LOOPBACK}:${port}`,
    ...(uiPort === 'headless' ? {} : { uiUrl: `http://${LOOPBACK}:${uiPort}` }),
    pid: server.pid,
    exited: server.exited,
    lastLines: server.lastLines,
    stop: async () => {
      await server.stop();
      if (databaseFile !== undefined) await removePidFile(databaseFile);
    },
  };
}

async function choosePorts(options: StartOptions): Promise<{ port: number; uiPort: number | 'headless' }> {
  const asked = options.port ?? DEFAULT_PORT;
  const port = await choosePort(asked, SERVER_PORT);
  if (options.uiPort === 'headless') return { port, uiPort: 'headless' };
  return { port, uiPort: await choosePort(options.uiPort ?? (asked === 0 ? 0 : asked + UI_PORT_DISTANCE), UI_PORT) };
}

async function launch(
  executable: string,
  { args, ...options }: { args: readonly string[]; logFile: string | undefined; environment: NodeJS.ProcessEnv },
): Promise<ServerProcess> {
  try {
    return await startServerProcess(executable, args, options);
  } catch (error) {
    throw new TemporalServerStartError(
      `The Temporal server program ${executable} cannot be run: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

async function makeReady(
  server: ServerProcess,
  port: number,
  namespace: string,
  searchAttributes: SearchAttributes,
): Promise<void> {
  const givenUp = new AbortController();
  const limit = setTimeout(() => {
    givenUp.abort(startError(`did not answer within ${READY_LIMIT_MS / 1000} s`, server));
  }, READY_LIMIT_MS);
  void server.exited.then((exitCode) => {
    givenUp.abort(startError(`ended while starting, with ${exitCode ?? 'a signal'}`, server));
  });
  try {
    const connection = await waitUntilReady(port, LOOPBACK, namespace, givenUp.signal);
    try {
      // The command line's --search-attribute does nothing for a namespace that an older database already has.
      await ensureSearchAttributes(connection, namespace, searchAttributes);
    } finally {
      await connection.close();
    }
  } catch (error) {
    givenUp.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

function startError(what: string, server: ServerProcess): TemporalServerStartError {
  const said = server.lastLines();
  return new TemporalServerStartError(
    `The Temporal server ${what}. ${said === '' ? 'It printed nothing.' : `Its last lines:\n${said}`}`,
  );
}
