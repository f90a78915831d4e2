import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Connection } from '@temporalio/client';
import { lock } from 'proper-lockfile';

import { ensureSearchAttributes } from '../../cli/setup/search-attributes';
import { findFreePort, LOOPBACK } from '../ports';
import { runProgram } from './program-sources';
import { type ServerProcess, ServerStartError, startServerProcess, untilAnswered } from './server-process';
import { startDevArguments } from './start-dev-arguments';

export interface StartOptions {
  /** The path from `findTemporalServer`. */
  readonly executable: string;
  /** A SQLite file, created with its folder when missing. Without it the server forgets everything when it stops. */
  readonly databaseFile?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly uiPort: number | 'headless';
  /** What the server prints is appended to this file. */
  readonly logFile: string;
}

export interface RunningTemporalServer extends ServerProcess {
  /** `127.0.0.1:7233`. */
  readonly address: string;
  readonly uiUrl?: string | undefined;
}

/**
 * Starts a Temporal dev server on 127.0.0.1 and waits until it answers for the namespace `default` and knows the search attributes.
 * Throws a {@link ServerStartError} or a SearchAttributesError.
 */
export async function startTemporalServer(options: StartOptions): Promise<RunningTemporalServer> {
  const { executable, logFile } = options;
  const databaseFile = options.databaseFile === undefined ? undefined : path.resolve(options.databaseFile);
  const port = options.port === 0 ? await findFreePort() : options.port;
  const uiPort = options.uiPort === 0 ? await findFreePort() : options.uiPort;
  const unlock = databaseFile === undefined ? undefined : await lockDatabase(databaseFile);
  try {
    const help = await runProgram(executable, ['server', 'start-dev', '--help'], {});
    const canDisableNews = help.output.includes('--ui-disable-news-fetch');
    const args = startDevArguments({ port, uiPort, databaseFile, canDisableNews });
    const server = await startServerProcess(executable, args, logFile);
    void server.exited.then(unlock);
    const address = `${LOOPBACK}:${port}`;
    await waitUntilReady(server, address).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return { ...server, address, uiUrl: uiPort === 'headless' ? undefined : `http://${LOOPBACK}:${uiPort}` };
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

/** Two servers would damage the database that they share. */
async function lockDatabase(databaseFile: string): Promise<() => Promise<void>> {
  await mkdir(path.dirname(databaseFile), { recursive: true });
  try {
    const release = await lock(databaseFile, {
      realpath: false,
      // The lock of a killed extpost expires after 2 s; the retries take 3 s.
      stale: 2_000,
      retries: { retries: 10, minTimeout: 300, factor: 1 },
      onCompromised: () => undefined,
    });
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new ServerStartError(
      `Another extpost runs a Temporal server on ${databaseFile}. Stop it first, or set TEMPORAL_ADDRESS to use its server.`,
    );
  }
}

async function waitUntilReady(server: ServerProcess, address: string): Promise<void> {
  const connection = Connection.lazy({
    address,
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500 },
  });
  const ask = () => connection.workflowService.describeNamespace({ namespace: 'default' });
  try {
    await untilAnswered(server, 'The Temporal server', () => connection.withDeadline(Date.now() + 2_000, ask));
    // A database that exists already does not get new search attributes from the server's arguments.
    await ensureSearchAttributes(connection, 'default');
  } finally {
    await connection.close();
  }
}
