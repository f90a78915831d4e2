import { existsSync } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';

import { CommandError, exitCodes } from '../../cli/exit-codes';
import { goBuild, NEEDED_GO_VERSION } from './go-build';
import { cachedProgramPath, cacheFolder, withCacheLock, withStagingFolder } from './program-cache';
import { type Fault, type FindOptions, type GetOptions, type ProgramSource, runProgram } from './program-source';
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
    const lines = [
      'There is no Temporal server program to start. Tried, in this order:',
      ...tried.map((line) => `  - ${line}`),
      'Do one of these:',
      '  - install the Temporal command line: https://docs.temporal.io/cli',
      `  - install Go ${NEEDED_GO_VERSION} or newer (https://go.dev/dl); extpost then builds the program itself, once`,
      '  - set TEMPORAL_ADDRESS (or a Temporal profile) to a server that is already running',
    ];
    super(lines.join('\n'), exitCodes.noTemporal);
  }
}

/**
 * Finds or gets a program that can run a Temporal dev server: a `temporal` on PATH, the cache of earlier runs, the
 * download of the Temporal SDK, a build with Go. Throws {@link NoTemporalServerError} when none of them works.
 */
export async function findTemporalServer(
  { signal = new AbortController().signal, ...rest }: FindOptions,
  sources: readonly ProgramSource[] = [sdkDownload(), goBuild],
): Promise<TemporalServerProgram> {
  const options = { ...rest, signal };
  const onPath = await checkVersion('temporal', options.environment);
  if ('version' in onPath) return { path: 'temporal', from: 'PATH', version: onPath.version };
  const tried = [`\`temporal\` on PATH: ${onPath.fault}`];

  const folder = cacheFolder(options.environment);
  const cached = await findCached(folder, sources, options);
  if ('path' in cached) return cached;
  try {
    return await withCacheLock(folder, options, async () => {
      // Another process may have filled the cache while this one waited for the lock.
      const filled = await findCached(folder, sources, options);
      if ('path' in filled) return filled;
      tried.push(`cache ${folder}: ${filled.fault}`);
      for (const source of sources) {
        const got = await getProgram(folder, source, options);
        if ('path' in got) return got;
        signal.throwIfAborted();
        tried.push(`${source.name}: ${got.fault}`);
        options.report(`No Temporal server from ${source.name}: ${got.fault}.`);
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
  { environment }: GetOptions,
): Promise<TemporalServerProgram | Fault> {
  const faults: string[] = [];
  for (const { cacheKey } of sources) {
    const program = cachedProgramPath(folder, cacheKey);
    if (!existsSync(program)) continue;
    const checked = await checkVersion(program, environment);
    if ('version' in checked) return { path: program, from: 'cache', version: checked.version };
    faults.push(checked.fault);
  }
  return { fault: faults.join('; ') || 'there is none' };
}

function getProgram(
  folder: string,
  source: ProgramSource,
  options: GetOptions,
): Promise<TemporalServerProgram | Fault> {
  return withStagingFolder(folder, async (stagingFolder) => {
    const got = await source.get(stagingFolder, options);
    if ('fault' in got) return got;
    const checked = await checkVersion(got.program, options.environment);
    if ('fault' in checked) return checked;
    const destination = cachedProgramPath(folder, source.cacheKey);
    await chmod(got.program, 0o755);
    await mkdir(path.dirname(destination), { recursive: true });
    // In one step, so that no process sees half of it.
    await rename(got.program, destination);
    options.report(`The Temporal server program ${checked.version} is now in ${destination}.`);
    return { path: destination, from: source.from, version: checked.version };
  });
}

/** Asks a `temporal` program for its version; or says why it cannot be used. */
async function checkVersion(program: string, env: NodeJS.ProcessEnv): Promise<{ version: string } | Fault> {
  const { fault, output } = await runProgram(program, ['--version'], { env, signal: AbortSignal.timeout(30_000) });
  if (fault !== undefined) return { fault };
  const [, version, major, minor] = /^temporal version ((\d+)\.(\d+)\.\S+)/m.exec(output) ?? [];
  if (version === undefined) return { fault: `${program} is not the Temporal command line` };
  if (Number(major) > 1 || Number(minor) >= OLDEST_MINOR_VERSION) return { version };
  return { fault: `${program} is version ${version}, and 1.${OLDEST_MINOR_VERSION} or newer is needed` };
}
