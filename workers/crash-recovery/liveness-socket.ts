import { createHash } from 'node:crypto';
import { readFile, rename, stat } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';

/** A socket's path may have 104 bytes on macOS, 108 elsewhere, the closing zero included. */
const LONGEST_PATH = 103;

/** What can be known of the process that made a proof of life. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/**
 * Names the place from which a folder is seen: the running system and the mounted file system. A socket tells the truth only
 * to who stands in the same place. `undefined` where the system cannot be told from another one.
 */
export async function hostAndMountId(folder: string): Promise<string | undefined> {
  const [system, { dev }] = await Promise.all([bootId(), stat(folder)]);
  if (system === undefined) return undefined;
  return createHash('sha256').update(`${system} ${dev}`).digest('hex').slice(0, 8);
}

/**
 * Proves at this place, by a socket that the system closes with the process, that this process is alive: it cannot be
 * forgotten, and needs neither a clock nor a process number, which in a container every worker has. Throws where no socket
 * can be made.
 */
export async function openLivenessSocket(place: string): Promise<Server> {
  const server = createServer((visitor) => visitor.destroy());
  // It appears only once it answers, or it would look like that of a dead process.
  const unheard = `${place}.new`;
  await new Promise<void>((resolve, reject) => {
    // Stays: what goes wrong with a visitor later is no trouble of the worker’s.
    server.on('error', reject);
    server.listen(shortestPath(unheard), resolve);
  });
  server.unref();
  await rename(unheard, place);
  return server;
}

/** Whether the process lives that proved its life here. */
export async function checkLiveness(place: string): Promise<Liveness> {
  // Anything else refuses as well.
  const isSocket = await stat(place).then(
    (file) => file.isSocket(),
    () => false,
  );
  if (!isSocket) return 'unknown';
  return new Promise((resolve) => {
    const visit = createConnection(shortestPath(place));
    visit.once('connect', () => {
      visit.destroy();
      resolve('alive');
    });
    visit.on('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'ECONNREFUSED' ? 'dead' : 'unknown');
    });
  });
}

/** The shorter way to a socket, because a path that is too long is refused or even cut. */
function shortestPath(place: string): string {
  const relative = path.relative('.', place);
  const shorter = relative.length < place.length ? relative : place;
  if (Buffer.byteLength(shorter) > LONGEST_PATH) {
    throw new Error(`The path ${place} is too long for a socket: at most ${LONGEST_PATH} bytes.`);
  }
  return shorter;
}

/** Containers of one machine share it, others do not: Linux names each start of its kernel. */
async function bootId(): Promise<string | undefined> {
  try {
    return await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return process.platform === 'linux' ? undefined : hostname();
  }
}
