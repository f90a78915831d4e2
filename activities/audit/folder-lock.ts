import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { lock } from 'proper-lockfile';

/** How long an owner may be silent before its lock is taken from it, in milliseconds. */
const STALE_MS = 15_000;

const LOCK = {
  realpath: false,
  stale: STALE_MS,
  retries: { retries: 200, factor: 1.2, minTimeout: 10, maxTimeout: 500 },
} as const;

/** Does some work while no other process of this host writes into the folder, which is made. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await lock(path.join(folder, 'head.json'), {
    ...LOCK,
    // The default ends the process. Two writers at once would show in the chain; the work takes milliseconds, not seconds.
    onCompromised: () => undefined,
  });
  try {
    return await work();
  } finally {
    // A lock that was lost meanwhile cannot be given back.
    await release().catch(() => undefined);
  }
}

/** Whether an error says that nothing may be written here. */
export function isWriteForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
}
