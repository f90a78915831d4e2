import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { goBuild } from './go-build';
import { ConfiguredProgramError, NoTemporalServerError } from './no-temporal-server-error';
import type { FailedWay } from './no-temporal-server-error';
import { cachedProgramPath, cacheFolder, placeInCache, withCacheLock, withStagingFolder } from './program-cache';
import { CannotGetError } from './program-getter';
import type { ProgramGetter } from './program-getter';
import { askVersion, findOnPath, UnusableProgramError } from './program-version';
import type { ProgressOutput } from './progress';
import { withoutPasswords } from './run-program';
import { downloadTimeout, sdkDownload } from './sdk-download';
import { isSystemError } from './system-error';

export interface FindOptions extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends a download or a build; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface TemporalServerProgram {
  readonly path: string;
  readonly from: 'EXTPOST_TEMPORAL_CLI' | 'PATH' | 'cache' | 'download' | 'build';
  /** Of the command line: `1.8.2`. */
  readonly version: string;
}

/**
 * Finds a program that can run a Temporal dev server, or gets one: EXTPOST_TEMPORAL_CLI, a `temporal` on
 * PATH, what an earlier run left in the cache, the SDK's download, a build with Go.
 * Throws a {@link NoTemporalServerError} when no way works, a {@link ConfiguredProgramError} for a bad
 * EXTPOST_TEMPORAL_CLI.
 */
export async function findTemporalServer(
  options: FindOptions,
  getters: readonly ProgramGetter[] = [sdkDownload(), goBuild()],
): Promise<TemporalServerProgram> {
  const { environment } = options;
  const chosen = environment['EXTPOST_TEMPORAL_CLI'] ?? '';
  if (chosen !== '') return useChosenProgram(resolve(chosen), environment);
  // A mistake in a setting is told at once, not after minutes on another way.
  downloadTimeout(environment);

  const failedWays: FailedWay[] = [];
  const onPath = await lookOnPath(options, failedWays);
  if (onPath !== undefined) return onPath;

  const folder = cacheFolder(environment);
  const cached = await lookInCache(folder, getters, environment);
  if (cached !== undefined) return cached;
  try {
    return await withCacheLock(folder, { ...options, signal: options.signal }, async () => {
      const arrived = await lookInCache(folder, getters, environment, (broken, reason) =>
        removeBroken(broken, reason, options),
      );
      return arrived ?? (await getProgram(folder, getters, options, failedWays));
    });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    failedWays.push({
      way: `cache folder ${folder}`,
      reason: `cannot be written, so nothing can be got (${error.message}); set EXTPOST_CACHE to a folder that can`,
    });
    throw new NoTemporalServerError(failedWays);
  }
}

async function useChosenProgram(path: string, environment: NodeJS.ProcessEnv): Promise<TemporalServerProgram> {
  try {
    return { path, from: 'EXTPOST_TEMPORAL_CLI', version: await askVersion(path, environment) };
  } catch (error) {
    if (!(error instanceof UnusableProgramError)) throw error;
    throw new ConfiguredProgramError(
      `EXTPOST_TEMPORAL_CLI names ${path}, which ${error.message}. ` +
        'Set it to a working `temporal` program, or unset it so that extpost looks for one itself.',
      { cause: error },
    );
  }
}

async function lookOnPath(
  { environment, report }: FindOptions,
  failedWays: FailedWay[],
): Promise<TemporalServerProgram | undefined> {
  const path = await findOnPath('temporal', environment);
  const way = '`temporal` on PATH';
  if (path === undefined) {
    failedWays.push({ way, reason: 'there is none' });
    return undefined;
  }
  try {
    return { path, from: 'PATH', version: await askVersion(path, environment) };
  } catch (error) {
    if (!(error instanceof UnusableProgramError)) throw error;
    failedWays.push({ way, reason: `${path} ${error.message}` });
    report(`Passing over the \`temporal\` on PATH: ${path} ${error.message}.`);
    return undefined;
  }
}

async function lookInCache(
  folder: string,
  getters: readonly ProgramGetter[],
  environment: NodeJS.ProcessEnv,
  onBroken?: (path: string, reason: string) => Promise<void>,
): Promise<TemporalServerProgram | undefined> {
  for (const { cacheKey } of getters) {
    const path = cachedProgramPath(folder, cacheKey);
    if (!existsSync(path)) continue;
    try {
      return { path, from: 'cache', version: await askVersion(path, environment) };
    } catch (error) {
      if (!(error instanceof UnusableProgramError)) throw error;
      await onBroken?.(path, error.message);
    }
  }
  return undefined;
}

async function removeBroken(path: string, reason: string, options: FindOptions): Promise<void> {
  await rm(path, { force: true });
  options.report(`Removed the cached Temporal server program ${path}: it ${reason}.`);
}

async function getProgram(
  folder: string,
  getters: readonly ProgramGetter[],
  options: FindOptions,
  failedWays: FailedWay[],
): Promise<TemporalServerProgram> {
  const failed = [...failedWays, { way: `cache of earlier runs (${folder})`, reason: 'there is none' }];
  for (const getter of getters) {
    try {
      return await withStagingFolder(folder, async (stagingFolder) => {
        const program = await getter.get({ ...options, signal: options.signal, stagingFolder });
        const version = await askVersion(program, options.environment);
        const path = await placeInCache(program, cachedProgramPath(folder, getter.cacheKey));
        options.report(`The Temporal server program ${version} is now in ${path}.`);
        return { path, from: getter.from, version };
      });
    } catch (error) {
      options.signal?.throwIfAborted();
      const reason = whyNot(error);
      failed.push({ way: getter.way, reason });
      options.report(`No Temporal server from ${getter.way}: ${reason}.`);
    }
  }
  throw new NoTemporalServerError(failed);
}

function whyNot(error: unknown): string {
  if (error instanceof UnusableProgramError) return `the program it gave ${error.message}`;
  if (error instanceof CannotGetError || isSystemError(error)) return withoutPasswords(error.message);
  throw error;
}
