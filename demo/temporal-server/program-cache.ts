import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import envPaths from 'env-paths';
import { lock } from 'proper-lockfile';

import { delay } from '../../cli/shared/retry';
import type { GetOptions } from './program-source';

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

/** Runs `work` while no other process changes the cache. Throws the file system's error when it cannot be written. */
export async function withCacheLock<Result>(
  folder: string,
  { report, signal }: GetOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  let release = await tryLock(folder);
  if (release === undefined) report('Another extpost is fetching the Temporal server program; waiting for it.');
  while (release === undefined) {
    await delay(RETRY_LOCK_MS, signal);
    release = await tryLock(folder);
  }
  try {
    return await work();
  } finally {
    // A lock that expired, for example while the computer slept, cannot be released.
    await release().catch(() => undefined);
  }
}

async function tryLock(folder: string): Promise<(() => Promise<void>) | undefined> {
  try {
    // A build keeps every core busy, so the lock may be refreshed late.
    const patience = { stale: 60_000, update: 10_000, onCompromised: () => undefined };
    return await lock(folder, { ...patience, lockfilePath: path.join(folder, 'getting.lock') });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}

/** Gives `work` an empty folder on the disk of the cache, and deletes it afterwards. The caller holds the lock. */
export async function withStagingFolder<Result>(
  folder: string,
  work: (stagingFolder: string) => Promise<Result>,
): Promise<Result> {
  const stagingFolder = path.join(folder, 'incoming');
  await rm(stagingFolder, { recursive: true, force: true });
  await mkdir(stagingFolder);
  try {
    return await work(stagingFolder);
  } finally {
    await rm(stagingFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}
