import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { lock } from 'proper-lockfile';

/** More workers than will ever share one spool folder. */
const MOST_SLOTS = 64;

/**
 * Takes a slot of the spool folder for this process: the first whose owner is not alive. A worker that was killed and
 * started again so finds its files, and answers on the same queue, as if nothing had happened.
 */
export async function takeSpoolSlot(folder: string): Promise<{ name: string; folder: string }> {
  await mkdir(folder, { recursive: true });
  // Two workers that start together must not take the same slot.
  const release = await lock(folder, { retries: { retries: 50, minTimeout: 20, maxTimeout: 200 }, stale: 5_000 });
  try {
    for (let slot = 1; slot <= MOST_SLOTS; slot++) {
      const name = `${hostname()}-${slot}`;
      const slotFolder = path.join(folder, name);
      await mkdir(slotFolder, { recursive: true });
      const owner = path.join(slotFolder, 'owner');
      if (await isOwnedByOther(owner)) continue;
      await writeFile(owner, String(process.pid));
      return { name, folder: slotFolder };
    }
  } finally {
    await release();
  }
  throw new Error(`All ${MOST_SLOTS} slots of the spool folder ${folder} are in use by running workers.`);
}

async function isOwnedByOther(owner: string): Promise<boolean> {
  let pid: number;
  try {
    pid = Number(await readFile(owner, 'utf8'));
  } catch {
    return false;
  }
  // In a container every worker has the same process id, so our own number means our own past.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
