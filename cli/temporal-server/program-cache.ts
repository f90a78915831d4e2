import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import envPaths from 'env-paths';
import { lock } from 'proper-lockfile';
import { executableName } from './program-version';
import { showProgress } from './progress';
import type { ProgressOutput } from './progress';
import { systemErrorCode } from './system-error';

const LOOK_AGAIN_MS = 500;
// A build keeps every core busy, so the lock's heartbeat may come late; a killed holder is noticed after this time.
const LOCK_STALE_MS = 60_000;
const LOCK_BEAT_MS = 10_000;
const STAGING_PREFIX = '.incoming-';
const ABANDONED_AFTER_MS = 2 * 60 * 60_000;

/** Where programs got earlier are kept: EXTPOST_CACHE, else the user's cache folder (`~/.cache/extpost` on Linux). */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const chosen = environment['EXTPOST_CACHE'] ?? '';
  const root = chosen === '' ? envPaths('extpost', { suffix: '' }).cache : resolve(chosen);
  return join(root, 'temporal-server');
}

/** `<cache>/1.8.2-linux-x64/temporal`. */
export function cachedProgramPath(folder: string, cacheKey: string): string {
  return join(folder, `${cacheKey}-${process.platform}-${process.arch}`, executableName('temporal'));
}

/**
 * Runs `work` while no other process works on the same cache folder; waits for the other, and says so.
 * Throws the file system's error when the folder cannot be written.
 */
export async function withCacheLock<Result>(
  folder: string,
  waiting: ProgressOutput & { readonly signal: AbortSignal | undefined },
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const release = await takeLock(folder, waiting);
  try {
    return await work();
  } finally {
    // A lock that was lost meanwhile (a laptop asleep) cannot be released, and need not be.
    await release().catch(() => undefined);
  }
}

async function takeLock(
  folder: string,
  waiting: ProgressOutput & { readonly signal: AbortSignal | undefined },
): Promise<() => Promise<void>> {
  const attempt = (): Promise<(() => Promise<void>) | undefined> =>
    lock(folder, {
      lockfilePath: join(folder, 'getting.lock'),
      stale: LOCK_STALE_MS,
      update: LOCK_BEAT_MS,
      // Two at work by mistake cost time, not correctness: a program is put in place in one step.
      onCompromised: () => undefined,
    }).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ELOCKED') return undefined;
      throw error;
    });
  const first = await attempt();
  if (first !== undefined) return first;
  waiting.report('Another extpost is getting the Temporal server program just now; waiting for it.');
  const progress = showProgress(waiting, () => 'Waiting for the other extpost to get the Temporal server program');
  try {
    for (;;) {
      await pause(LOOK_AGAIN_MS, undefined, waiting.signal === undefined ? {} : { signal: waiting.signal });
      const release = await attempt();
      if (release !== undefined) return release;
    }
  } finally {
    progress.stop();
  }
}

/** Gives `work` an empty folder beside the cached programs and takes it away afterwards, with what killed runs left. */
export async function withStagingFolder<Result>(
  folder: string,
  work: (stagingFolder: string) => Promise<Result>,
): Promise<Result> {
  await removeAbandoned(folder);
  const stagingFolder = await mkdtemp(join(folder, STAGING_PREFIX));
  try {
    return await work(stagingFolder);
  } finally {
    await rm(stagingFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(STAGING_PREFIX)) continue;
    const path = join(folder, name);
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - modified > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Puts a finished program in its place in one step, so that nobody ever sees half of one. Returns its path there. */
export async function placeInCache(program: string, destination: string): Promise<string> {
  await chmod(program, 0o755);
  await mkdir(join(destination, '..'), { recursive: true });
  await rename(program, destination);
  return destination;
}
