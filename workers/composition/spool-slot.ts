import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { lock } from 'proper-lockfile';

const MAX_SLOTS = 64;
const SLOT = /-\d+$/;

/** Takes the first slot with a dead owner; clears old ones (docs/decisions/0005-spool-slot-outlives-its-worker.md). */
export async function takeSpoolSlot(
  folder: string,
  clearAfterMs = Infinity,
): Promise<{ name: string; folder: string }> {
  await mkdir(folder, { recursive: true });
  // Two workers that start together must not take the same slot.
  const release = await lock(folder, { retries: { retries: 50, minTimeout: 20, maxTimeout: 200 }, stale: 5_000 });
  try {
    for (let slot = 1; slot <= MAX_SLOTS; slot++) {
      const name = `${hostname()}-${slot}`;
      const slotFolder = path.join(folder, name);
      await mkdir(slotFolder, { recursive: true });
      const owner = path.join(slotFolder, 'owner');
      if (await isOwnedByOther(owner)) continue;
      await writeFile(owner, String(process.pid));
      await clearAbandoned(folder, name, clearAfterMs);
      return { name, folder: slotFolder };
    }
  } finally {
    await release();
  }
  throw new Error(`All ${MAX_SLOTS} slots of the spool folder ${folder} are in use by running workers.`);
}

async function clearAbandoned(folder: string, own: string, clearAfterMs: number): Promise<void> {
  const slots = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name } of slots.filter((slot) => slot.name !== own && SLOT.test(slot.name))) {
    const slot = path.join(folder, name);
    const isOnThisHost = name.startsWith(`${hostname()}-`);
    if (isOnThisHost && (await isOwnedByOther(path.join(slot, 'owner')))) continue;
    const inside = await readdir(slot, { recursive: true });
    const times = await Promise.all(['', ...inside].map((each) => changedAt(path.join(slot, each))));
    if (Date.now() - Math.max(...times) <= clearAfterMs) continue;
    // The owner file stays, because an idle worker on another host may still be alive.
    const files = (await readdir(slot)).filter((each) => each !== 'owner');
    for (const file of files) await rm(path.join(slot, file), { recursive: true, force: true });
  }
}

/** Unix milliseconds; 0 for a file that was removed meanwhile. */
async function changedAt(place: string): Promise<number> {
  return stat(place).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function isOwnedByOther(owner: string): Promise<boolean> {
  let pid: number;
  try {
    pid = Number(await readFile(owner, 'utf8'));
  } catch {
    return false;
  }
  // In containers every worker has the same process id, so our own id means our killed predecessor.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
