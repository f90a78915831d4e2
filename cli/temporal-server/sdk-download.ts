import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import ms from 'ms';
import type { StringValue } from 'ms';
import testingPackage from '@temporalio/testing/package.json';
import { CannotGetError } from './program-getter';
import type { GetterContext, ProgramGetter } from './program-getter';
import { showProgress } from './progress';
import { lastLinesOf, runProgram } from './run-program';

const TIMEOUT_SETTING = 'EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT';
const DEFAULT_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 250;

/** The SDK downloads only on the way to starting a server, so the child starts one and takes it down again. */
const CHILD_PROGRAM = `
const [, testingModule, downloadDir] = process.argv;
const { TestWorkflowEnvironment } = require(testingModule);
TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } })
  .then((environment) => environment.teardown())
  .then(() => process.exit(0), (error) => { console.error(error && error.message); process.exit(1); });
`;

export interface ChildProgram {
  readonly command: string;
  readonly args: (stagingFolder: string) => readonly string[];
}

const SDK_CHILD: ChildProgram = {
  command: process.execPath,
  args: (stagingFolder) => ['--eval', CHILD_PROGRAM, require.resolve('@temporalio/testing'), stagingFolder],
};

/**
 * The Temporal SDK's own download, in a child process because it cannot be interrupted.
 * It is given up when nothing new has arrived for EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT (default `20s`; `0` leaves it out).
 */
export function sdkDownload(child: ChildProgram = SDK_CHILD): ProgramGetter {
  return {
    from: 'download',
    way: 'download through the Temporal SDK (temporal.download)',
    cacheKey: `sdk-${testingPackage.version}`,
    get: (context) => download(child, context),
  };
}

async function download(child: ChildProgram, context: GetterContext): Promise<string> {
  const { stagingFolder, environment } = context;
  const timeoutMs = downloadTimeout(environment);
  if (timeoutMs === 0) throw new CannotGetError(`switched off by ${TIMEOUT_SETTING}`);
  const stalled = new AbortController();
  let received = 0;
  let lastNewsAt = Date.now();
  const watch = setInterval(() => {
    void sizeOf(stagingFolder).then((size) => {
      if (size !== received) lastNewsAt = Date.now();
      received = size;
      if (Date.now() - lastNewsAt > timeoutMs) stalled.abort();
    });
  }, LOOK_EVERY_MS);
  const progress = showProgress(
    context,
    () => `Downloading a Temporal server, ${Math.round(received / 1_000_000)} MB so far`,
  );
  try {
    const answer = await runProgram({
      command: child.command,
      args: child.args(stagingFolder),
      environment,
      signal: context.signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, context.signal]),
    });
    context.signal?.throwIfAborted();
    // What arrived counts, even if the server that the SDK started with it did not please the SDK.
    const program = (await readdir(stagingFolder)).find((name) => !name.endsWith('.downloading'));
    if (program !== undefined) return join(stagingFolder, program);
    throw new CannotGetError(
      stalled.signal.aborted
        ? `nothing arrived for ${timeoutMs / 1000} s (${TIMEOUT_SETTING} changes this time)`
        : inShort(lastLinesOf(answer.lines)) || `ended with ${answer.exitCode ?? 'a signal'} and no word`,
    );
  } finally {
    clearInterval(watch);
    progress.stop();
  }
}

/** The SDK says twice which address it asked, with all its parameters, before it comes to the cause. */
function inShort(reason: string): string {
  return reason
    .replace(/^Failed to start ephemeral server: /, '')
    .replaceAll(/error sending request for url \([^)]*\): /g, '');
}

/** Milliseconds; 0 means not at all. Throws when the setting is no duration. */
export function downloadTimeout(environment: NodeJS.ProcessEnv): number {
  const setting = environment[TIMEOUT_SETTING]?.trim() ?? '';
  if (setting === '') return DEFAULT_TIMEOUT_MS;
  const milliseconds = setting === '0' ? 0 : /[a-z]$/i.test(setting) ? ms(setting as StringValue) : undefined;
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || milliseconds < 0) {
    throw new Error(
      `${TIMEOUT_SETTING} is "${setting}", which is no duration. Write for example 20s, or 0 for no download.`,
    );
  }
  return milliseconds;
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
