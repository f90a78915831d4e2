import { execFile } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

import { type ServerProcess, startServerProcess, untilAnswered } from '../../demo/temporal-server/server-process';
import { findFreePort } from '../../demo/ports';

const run = promisify(execFile);

export interface Postgres {
  readonly port: number;
  pid(): number;
  /** The first value of a query's first row. */
  query(sql: string): Promise<string>;
  /** Ends it at once, as a crash would, and starts it again; it then recovers from its log. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an empty PostgreSQL that counts statements. Needs `initdb`, `postgres` and `psql` on PATH; throws where one is missing. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const data = `${folder}/data`;
  const port = await findFreePort();
  const as = await notRoot();
  await mkdir(data, { recursive: true });
  if (as !== undefined) for (const owned of [folder, data]) await chown(owned, as.uid, as.gid);
  const [command = '', ...args] = asUser(as, [
    'initdb',
    '--pgdata',
    data,
    '--username=temporal',
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
  ]);
  await run(command, args);
  const start = async (): Promise<ServerProcess> => {
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'shared_preload_libraries=pg_stat_statements',
      'max_connections=200',
    ];
    const [program = '', ...rest] = asUser(as, [
      'postgres',
      '-D',
      data,
      ...settings.flatMap((setting) => ['-c', setting]),
    ]);
    const server = await startServerProcess(program, rest, `${folder}.log`);
    await untilAnswered(server, 'PostgreSQL', () => query('select 1'));
    return server;
  };
  const query = async (sql: string): Promise<string> => {
    const where = ['--host=127.0.0.1', `--port=${port}`, '--username=temporal', '--dbname=postgres'];
    const { stdout } = await run('psql', [...where, '--no-psqlrc', '--tuples-only', '--no-align', '--command', sql]);
    return stdout.trim().split('\n')[0] ?? '';
  };
  let server = await start();
  await query('create extension pg_stat_statements');
  return {
    port,
    pid: () => server.pid,
    query,
    crash: async () => {
      // SIGQUIT: all its processes end without writing anything down.
      process.kill(server.pid, 'SIGQUIT');
      await server.exited;
      server = await start();
    },
    stop: () => server.stop(),
  };
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. */
async function notRoot(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

function asUser(user: User | undefined, command: string[]): string[] {
  if (user === undefined) return command;
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', ...command];
}
