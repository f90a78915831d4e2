import { existsSync } from 'node:fs';

import { CommandError, exitCodes } from '../../cli/exit-codes';
import { goBuild, NEEDED_GO_VERSION } from './go-build';
import { cachedProgramPath, cacheFolder, moveToCache, withCacheLock, withStagingFolder } from './program-cache';
import type { Fault, FindOptions, ProgramSource } from './program-source';
import { runProgram } from './run-program';
import { sdkDownload } from './sdk-download';

/** Older versions lack settings and server features that extpost uses. */
const OLDEST_MINOR_VERSION = 5;

export interface TemporalServerProgram {
  readonly path: string;
  readonly from: 'PATH' | 'cache' | 'download' | 'build';
  /** Of the command line: `1.8.2`. */
  readonly version: string;
}

/** There is no server program and none could be got. The message lists each way tried, why it failed, and what helps. */
export class NoTemporalServerError extends CommandError {
  constructor(tried: readonly string[]) {
    super(
      [
        'There is no Temporal server program to start. Tried, in this order:',
        ...tried.map((line) => `  - ${line}`),
        'Any one of these helps:',
        '  - install the Temporal command line: https://docs.temporal.io/cli',
        `  - install Go ${NEEDED_GO_VERSION} or newer (https://go.dev/dl); extpost then builds the program itself, once`,
        '  - set TEMPORAL_ADDRESS (or a Temporal profile) to a server that is already running',
      ].join('\n'),
      exitCodes.noTemporal,
    );
  }
}

/**
 * Finds or gets a program that can run a Temporal dev server: a `temporal` on PATH, the cache of earlier runs, the
 * download of the Temporal SDK, a build with Go. Throws {@link NoTemporalServerError} when none of them works.
 */
export async function findTemporalServer(
  { signal = new AbortController().signal, ...rest }: FindOptions,
  sources: readonly ProgramSource[] = [sdkDownload(rest.environment), goBuild()],
): Promise<TemporalServerProgram> {
  const options = { ...rest, signal };
  const { environment, report } = options;
  const onPath = await checkVersion('temporal', environment);
  if ('version' in onPath) return { path: 'temporal', from: 'PATH', version: onPath.version };
  const tried = [`\`temporal\` on PATH: ${onPath.fault}`];

  const folder = cacheFolder(environment);
  const cached = await findCached(folder, sources, environment);
  if ('path' in cached) return cached;
  try {
    return await withCacheLock(folder, options, async () => {
      // Another process may have filled the cache while this one waited for the lock.
      const filled = await findCached(folder, sources, environment);
      if ('path' in filled) return filled;
      tried.push(`cache ${folder}: ${filled.fault}`);
      for (const source of sources) {
        const got = await getProgram(folder, source, options);
        if ('path' in got) return got;
        signal.throwIfAborted();
        tried.push(`${source.name}: ${got.fault}`);
        report(`No Temporal server from ${source.name}: ${got.fault}.`);
      }
      throw new NoTemporalServerError(tried);
    });
  } catch (error) {
    // By shape and not by class, because jest gives each test file its own classes.
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new NoTemporalServerError([...tried, `cache ${folder}: cannot be written (${message}); set EXTPOST_CACHE`]);
  }
}

async function findCached(
  folder: string,
  sources: readonly ProgramSource[],
  environment: NodeJS.ProcessEnv,
): Promise<TemporalServerProgram | Fault> {
  const faults: string[] = [];
  for (const { cacheKey } of sources) {
    const path = cachedProgramPath(folder, cacheKey);
    if (!existsSync(path)) continue;
    const checked = await checkVersion(path, environment);
    if ('version' in checked) return { path, from: 'cache', version: checked.version };
    faults.push(checked.fault);
  }
  return { fault: faults.join('; ') || 'there is none' };
}

function getProgram(
  folder: string,
  source: ProgramSource,
  options: FindOptions & { readonly signal: AbortSignal },
): Promise<TemporalServerProgram | Fault> {
  return withStagingFolder(folder, async (stagingFolder) => {
    const got = await source.get(stagingFolder, options);
    if ('fault' in got) return got;
    const checked = await checkVersion(got.program, options.environment);
    if ('fault' in checked) return checked;
    const path = cachedProgramPath(folder, source.cacheKey);
    await moveToCache(got.program, path);
    options.report(`The Temporal server program ${checked.version} is now in ${path}.`);
    return { path, from: source.from, version: checked.version };
  });
}

/** Asks a `temporal` program for its version; or says why it cannot be used. */
async function checkVersion(path: string, environment: NodeJS.ProcessEnv): Promise<{ version: string } | Fault> {
  const { fault, output } = await runProgram(path, ['--version'], {
    env: environment,
    signal: AbortSignal.timeout(30_000),
  });
  if (fault !== undefined) return { fault };
  const [, version, major, minor] = /^temporal version ((\d+)\.(\d+)\.\S+)/m.exec(output) ?? [];
  if (version === undefined) return { fault: `${path} is not the Temporal command line` };
  const isNewEnough = Number(major) > 1 || Number(minor) >= OLDEST_MINOR_VERSION;
  return isNewEnough
    ? { version }
    : { fault: `${path} is version ${version}, and 1.${OLDEST_MINOR_VERSION} or newer is needed` };
}
