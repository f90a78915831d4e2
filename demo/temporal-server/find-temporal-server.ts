import { chmod, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';

import { CommandError, exitCodes } from '../../cli/exit-codes';
import { cachedProgramPath, cacheFolder, withCacheLock } from './program-cache';
import {
  type Fault,
  type FindOptions,
  type GetOptions,
  goBuild,
  NEEDED_GO_VERSION,
  type ProgramSource,
  runProgram,
  sdkDownload,
} from './program-sources';

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
  const folder = cacheFolder(options.environment);
  const existing = [
    { from: 'PATH', path: 'temporal' } as const,
    ...sources.map(({ cacheKey }) => ({ from: 'cache', path: cachedProgramPath(folder, cacheKey) }) as const),
  ];
  const found = await firstUsable(existing, options);
  if ('path' in found) return found;
  try {
    return await withCacheLock(folder, options, async (stagingFolder) => {
      // Another process may have filled the cache while this one waited for the lock.
      const filled = await firstUsable(existing, options);
      if ('path' in filled) return filled;
      const tried = [...filled.faults];
      for (const source of sources) {
        const got = await getProgram(folder, source, stagingFolder, options);
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
    const fault = `cache ${folder}: cannot be written (${message}); set EXTPOST_CACHE`;
    throw new NoTemporalServerError([...found.faults, fault]);
  }
}

/** The first of these programs that can be used, or what is wrong with each. */
async function firstUsable(
  programs: readonly Pick<TemporalServerProgram, 'from' | 'path'>[],
  { environment }: GetOptions,
): Promise<TemporalServerProgram | { faults: string[] }> {
  const faults: string[] = [];
  for (const { from, path: program } of programs) {
    const checked = await checkVersion(program, environment);
    if ('version' in checked) return { from, path: program, version: checked.version };
    faults.push(`${from === 'PATH' ? '`temporal` on PATH' : `cache ${program}`}: ${checked.fault}`);
  }
  return { faults };
}

async function getProgram(
  folder: string,
  source: ProgramSource,
  stagingFolder: string,
  options: GetOptions,
): Promise<TemporalServerProgram | Fault> {
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
