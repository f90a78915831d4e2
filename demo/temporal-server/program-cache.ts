import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import envPaths from 'env-paths';
import { lock } from 'proper-lockfile';

import { delay } from '../../cli/shared/retry';
import type { GetOptions } from './program-sources';

const RETRY_LOCK_MS = 500;

/** Where downloaded and built programs are kept: EXTPOST_CACHE, else the user's cache folder. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const configured = environment['EXTPOST_CACHE'] ?? '';
  const root = configured === '' ? envPaths('extpost', { suffix: '' }).cache : path.resolve(configured);
  return path.join(root, 'temporal-server');
}

/** `<cache>/1.8.2-linux-x64/temporal`. */
export function cachedProgramPath(folder: string, cacheKey: string): string {
  const extension = process.platform === 'win32' ? '.exe' : '';
  return path.join(folder, `${cacheKey}-${process.platform}-${process.arch}`, `temporal${extension}`);
}

/**
 * Runs `work` while no other process changes the cache, with an empty folder on the same disk, which is deleted afterwards.
 * Throws the file system's error when the cache cannot be written.
 */
export async function withCacheLock<Result>(
  folder: string,
  options: GetOptions,
  work: (stagingFolder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const release = await lockCache(folder, options);
  const stagingFolder = path.join(folder, 'incoming');
  try {
    await rm(stagingFolder, { recursive: true, force: true });
    await mkdir(stagingFolder);
    return await work(stagingFolder);
  } finally {
    await rm(stagingFolder, { recursive: true, force: true, maxRetries: 3 });
    // A lock that expired, for example while the computer slept, cannot be released.
    await release().catch(() => undefined);
  }
}

async function lockCache(folder: string, { report, signal }: GetOptions): Promise<() => Promise<void>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A build keeps every core busy, so the lock may be refreshed late.
      const patience = { stale: 60_000, update: 10_000, onCompromised: () => undefined };
      return await lock(folder, { ...patience, lockfilePath: path.join(folder, 'getting.lock') });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    if (attempt === 1) report('Another extpost is fetching the Temporal server program; waiting for it.');
    await delay(RETRY_LOCK_MS, signal);
  }
}
