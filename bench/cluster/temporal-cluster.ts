import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { Connection } from '@temporalio/client';

import { findFreePort, isFree } from '../../demo/ports';
import { findTemporalServer, startTemporalServer } from '../../demo/temporal-server';
import { cacheFolder } from '../../demo/temporal-server/program-cache';
import { goModuleFolder, PINNED_CLI_VERSION } from '../../demo/temporal-server/program-sources';
import { type ServerProcess, startServerProcess, untilAnswered } from '../../demo/temporal-server/server-process';
import { startPostgres, type Postgres } from './postgres';

const run = promisify(execFile);
const BUILD_WITHIN_MS = 20 * 60_000;
/** As in docker-compose.yml. */
const HISTORY_SHARDS = 4;
const FIRST_PORT = 20_000;

/** A Temporal server that can be killed and comes back at the same address. */
export interface TemporalCluster {
  readonly address: string;
  readonly kind: string;
  /** Process ids by name; they change when something is killed. */
  pids(): Readonly<Record<string, number>>;
  /** Absent with the dev server, which has no PostgreSQL. */
  readonly postgres?: Postgres;
  /** Kills Temporal and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Temporal on PostgreSQL where both can be had, else the dev server; `kind` says which, and why. */
export async function startCluster(folder: string): Promise<TemporalCluster> {
  try {
    return await onPostgres();
  } catch (error) {
    // Of a command that failed, the last line says why.
    const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
    return devServer(folder, lines.at(-1) ?? '');
  }
}

async function onPostgres(): Promise<TemporalCluster> {
  const program = await postgresServer();
  // A folder of its own, because PostgreSQL runs as another user than root.
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-postgres-'));
  await chmod(folder, 0o755);
  const parts: { stop(): Promise<void> }[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const postgres = await startPostgres(path.join(folder, 'postgres'));
    parts.push(postgres);
    const [frontend = 0, ...others] = await freePorts(8);
    const config = path.join(folder, 'temporal.yaml');
    await writeFile(config, JSON.stringify(serverConfig(postgres.port, frontend, others)));
    await run(program, ['prepare', config]);
    const start = async (): Promise<ServerProcess> => {
      const server = await startServerProcess(program, ['serve', config], path.join(folder, 'temporal.log'));
      await untilAnswered(server, 'The Temporal server', () => listNamespaces(frontend));
      return server;
    };
    let server = await start();
    parts.push({ stop: () => server.stop() });
    const version = await postgres.query('show server_version');
    return {
      address: `127.0.0.1:${frontend}`,
      kind: `Temporal (of CLI ${PINNED_CLI_VERSION}) on PostgreSQL ${version}, ${HISTORY_SHARDS} history shards`,
      pids: () => ({ Temporal: server.pid, PostgreSQL: postgres.pid() }),
      postgres,
      crash: async () => {
        process.kill(server.pid, 'SIGKILL');
        await server.exited;
        server = await start();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Builds the server with PostgreSQL from the same modules as the dev server, once. */
async function postgresServer(): Promise<string> {
  const folder = path.join(
    cacheFolder(process.env),
    `postgres-${PINNED_CLI_VERSION}-${process.platform}-${process.arch}`,
  );
  const program = path.join(folder, 'temporal-postgres');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  console.log('Building Temporal with PostgreSQL by Go; this happens once, and takes up to 15 minutes.');
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, './postgres'];
  await run('go', args, { cwd: goModuleFolder(), timeout: BUILD_WITHIN_MS });
  return program;
}

async function devServer(folder: string, why: string): Promise<TemporalCluster> {
  const { path: executable } = await findTemporalServer({
    report: (line) => {
      console.log(line);
    },
    environment: process.env,
  });
  const port = await findFreePort();
  const start = () =>
    startTemporalServer({
      executable,
      databaseFile: path.join(folder, 'temporal.db'),
      port,
      uiPort: 'headless',
      logFile: path.join(folder, 'temporal.log'),
    });
  let server = await start();
  return {
    address: server.address,
    kind: `the dev server, because there is no Temporal on PostgreSQL here: ${why}`,
    pids: () => ({ Temporal: server.pid }),
    crash: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
      server = await start();
    },
    stop: () => server.stop(),
  };
}

/** Free ports that Temporal can write down: its table of members has them as numbers of two bytes, with a sign. */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = FIRST_PORT; ports.length < count && port < 32_768; port += 1)
    if (await isFree(port)) ports.push(port);
  return ports;
}

async function listNamespaces(port: number): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: '2s' });
  try {
    await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.listNamespaces({ pageSize: 1 }));
  } finally {
    await connection.close();
  }
}

/** Temporal's own configuration; every service is part of the one process. */
function serverConfig(postgresPort: number, frontend: number, ports: readonly number[]) {
  const store = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgresPort}`,
      connectProtocol: 'tcp',
      user: 'temporal',
      password: 'temporal',
      maxConns: 20,
      maxIdleConns: 20,
      maxConnLifetime: '1h',
    },
  });
  const service = (grpcPort: number | undefined, membershipPort: number | undefined) => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true },
  });
  const [frontendMembers, matching, matchingMembers, history, historyMembers, worker, workerMembers] = ports;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: service(frontend, frontendMembers),
      matching: service(matching, matchingMembers),
      history: service(history, historyMembers),
      worker: service(worker, workerMembers),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${frontend}`,
        },
      },
    },
    dynamicConfigClient: {
      filepath: path.join(goModuleFolder(), '..', '..', 'deploy', 'temporal', 'dynamicconfig.yaml'),
      pollInterval: '60s',
    },
  };
}
