import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { lock } from 'proper-lockfile';

/** Works while no other process of this host writes into the folder. Creates the folder. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await lock(path.join(folder, 'head.json'), {
    realpath: false,
    // Another process may take a lock that was not refreshed for this long.
    stale: 15_000,
    retries: { retries: 200, factor: 1.2, minTimeout: 10, maxTimeout: 500 },
    // The default ends the process. Two writers at once are unlikely, and verification would find them.
    onCompromised: () => undefined,
  });
  try {
    return await work();
  } finally {
    // A lock that was lost meanwhile cannot be released.
    await release().catch(() => undefined);
  }
}

export function isWriteForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
}
