import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

/** A socket's path may have 104 bytes on macOS and 108 elsewhere, including the final zero. */
const MAX_PATH_BYTES = 103;

export type Liveness = 'alive' | 'dead' | 'unknown';

/** Only on this kernel and mount does a socket in the folder prove anything. `undefined` without a kernel id. */
export async function hostAndMountId(folder: string): Promise<string | undefined> {
  const [boot, { dev }] = await Promise.all([bootId(), stat(folder)]);
  if (boot === undefined) return undefined;
  return createHash('sha256').update(`${boot} ${dev}`).digest('hex').slice(0, 8);
}

/** The system closes the socket with its process. Unlike a process id it is unique. Throws where none can be made. */
export async function openLivenessSocket(socketPath: string): Promise<Server> {
  const server = createServer((connection) => connection.destroy());
  // It gets its name only when it answers, because a socket that does not answer counts as that of a dead process.
  const temporary = `${socketPath}.new`;
  // A process that was killed in between has left it.
  await rm(temporary, { force: true });
  await withShortPath(temporary, async (short) => {
    await new Promise<void>((resolve, reject) => {
      // The listener stays, so that a later error of a connection does not end the worker.
      server.on('error', reject);
      server.listen(short, resolve);
    });
  });
  server.unref();
  await rename(temporary, socketPath);
  return server;
}

/** Whether the process that opened this socket is alive. A process that is stopped or busy counts as alive. */
export async function checkLiveness(socketPath: string): Promise<Liveness> {
  // A connection to any other file is refused as well.
  const isSocket = await stat(socketPath).then(
    (file) => file.isSocket(),
    () => false,
  );
  if (!isSocket) return 'unknown';
  return withShortPath(
    socketPath,
    (short) =>
      new Promise<Liveness>((resolve) => {
        const connection = createConnection(short);
        connection.once('connect', () => {
          connection.destroy();
          resolve('alive');
        });
        connection.on('error', ({ code }: NodeJS.ErrnoException) => {
          resolve(code === 'ECONNREFUSED' ? 'dead' : 'unknown');
        });
      }),
  );
}

/** The shorter of absolute and relative path, else one by a link to its folder: a path that is too long is refused or cut. */
async function withShortPath<T>(socketPath: string, use: (short: string) => Promise<T>): Promise<T> {
  const relative = path.relative('.', socketPath);
  const shorter = relative.length < socketPath.length ? relative : socketPath;
  if (Buffer.byteLength(shorter) <= MAX_PATH_BYTES) return use(shorter);
  const links = await mkdtemp(path.join(tmpdir(), 'x-'));
  const link = path.join(links, 'f');
  try {
    await symlink(path.resolve(path.dirname(socketPath)), link);
    return await use(path.join(link, path.basename(socketPath)));
  } finally {
    await rm(links, { recursive: true, force: true });
  }
}

/** Linux identifies each start of its kernel, which the containers of one machine share. */
export async function bootId(): Promise<string | undefined> {
  try {
    return await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return process.platform === 'linux' ? undefined : hostname();
  }
}
