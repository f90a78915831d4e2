import { execFile, type ExecFileException, type ExecFileOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import testingPackage from '@temporalio/testing/package.json';

import { type ProgressOutput, showProgress } from '../../cli/shared/progress';

/** Both are what `tools/temporal-server/go.mod` pins; a test compares them. */
export const PINNED_CLI_VERSION = '1.8.2';
export const NEEDED_GO_VERSION = '1.26.4';

const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const LINKER_FLAGS = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${PINNED_CLI_VERSION}`;
const PACKAGES_IN_A_FIRST_BUILD = 1_700;
const BUILD_WITHIN_MS = 60 * 60_000;
const POLL_INTERVAL_MS = 250;

/** Why something cannot be used. */
export interface Fault {
  readonly fault: string;
}

export interface FindOptions extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends a download or a build; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export type GetOptions = FindOptions & { readonly signal: AbortSignal };

/** A way to get a server program that is not on this machine yet. */
export interface ProgramSource {
  readonly from: 'download' | 'build';
  /** For the list of what was tried. */
  readonly name: string;
  /** Names the folder in the cache. */
  readonly cacheKey: string;
  /** Puts a program into the staging folder and returns its path. */
  get(stagingFolder: string, options: GetOptions): Promise<{ readonly program: string } | Fault>;
}

/** The SDK downloads only when it starts a server, so the script starts one and stops it again. */
const sdkScript = `
const [, testingModule, downloadDir] = process.argv;
const { TestWorkflowEnvironment } = require(testingModule);
TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } })
  .then((environment) => environment.teardown())
  .then(() => process.exit(0), (error) => { console.error(error && error.message); process.exit(1); });
`;
const sdkCommand = [process.execPath, '--eval', sdkScript, require.resolve('@temporalio/testing')] as const;

/**
 * The download of the Temporal SDK, in a child process because it cannot be interrupted. It is given up when nothing
 * arrives for `stallMs`. `command` gets the folder as its last argument.
 */
export function sdkDownload(
  [command, ...args]: readonly [string, ...string[]] = sdkCommand,
  stallMs = 20_000,
): ProgramSource {
  return {
    from: 'download',
    name: 'download through the Temporal SDK (temporal.download)',
    cacheKey: `sdk-${testingPackage.version}`,
    async get(stagingFolder, options) {
      const stalled = new AbortController();
      let [received, lastChange] = [0, Date.now()];
      const poll = setInterval(() => {
        void sizeOf(stagingFolder).then((size) => {
          if (size !== received) [received, lastChange] = [size, Date.now()];
          if (Date.now() - lastChange > stallMs) stalled.abort();
        });
      }, POLL_INTERVAL_MS);
      const progress = showProgress(options, () => `Downloading a Temporal server: ${Math.round(received / 1e6)} MB`);
      const signal = AbortSignal.any([stalled.signal, options.signal]);
      const { fault } = await runProgram(command, [...args, stagingFolder], { env: options.environment, signal });
      clearInterval(poll);
      progress.stop();
      // The download may have worked even when the server that the SDK started from it did not.
      const program = (await readdir(stagingFolder)).find((name) => !name.endsWith('.downloading'));
      if (program !== undefined) return { program: path.join(stagingFolder, program) };
      if (stalled.signal.aborted) return { fault: `nothing arrived for ${stallMs / 1000} s` };
      return { fault: fault ?? 'the SDK delivered no program' };
    },
  };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** Builds the Go module that `tools/temporal-server` pins; the first time takes minutes. */
export const goBuild: ProgramSource = {
  from: 'build',
  name: `build with Go (${PACKAGE} ${PINNED_CLI_VERSION})`,
  cacheKey: PINNED_CLI_VERSION,
  async get(stagingFolder, options) {
    const what = `a Temporal server ${PINNED_CLI_VERSION} with Go`;
    options.report(`Building ${what}; this happens once and takes about 5 minutes.`);
    let packages = 0;
    const progress = showProgress(
      options,
      () => `Building: ${packages} of about ${PACKAGES_IN_A_FIRST_BUILD} packages`,
    );
    const program = path.join(stagingFolder, 'temporal');
    const args = ['build', '-v', '-trimpath', '-ldflags', LINKER_FLAGS, '-o', program, PACKAGE];
    const { fault } = await runProgram('go', args, {
      env: options.environment,
      cwd: goModuleFolder(),
      signal: AbortSignal.any([AbortSignal.timeout(BUILD_WITHIN_MS), options.signal]),
      // `go build -v` prints a line for each compiled package.
      onOutput: (text) => {
        packages += text.match(/^[^\s:]+$/gm)?.length ?? 0;
      },
    });
    progress.stop();
    return fault === undefined ? { program } : { fault: `${fault} (Go ${NEEDED_GO_VERSION} or newer is needed)` };
  },
};

/** The folder of go.mod, searched upwards because compiled code is one folder deeper than its source. */
export function goModuleFolder(from: string = __dirname): string {
  const folder = path.join(from, 'tools', 'temporal-server');
  return existsSync(folder) || path.dirname(from) === from ? folder : goModuleFolder(path.dirname(from));
}

/** Runs a program to its end, or until the signal. Never rejects; `fault` says why it did not end with 0. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ExecFileOptions & { readonly onOutput?: (text: string) => void },
): Promise<Partial<Fault> & { readonly output: string }> {
  return new Promise<Partial<Fault> & { output: string }>((resolve) => {
    const child = execFile(command, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const output = `${String(stdout)}${String(stderr)}`;
      resolve(error === null ? { output } : { output, fault: faultOf(command, error, output) });
    });
    child.stderr?.on('data', (text: unknown) => options.onOutput?.(String(text)));
  }).catch((error: unknown) => ({ output: '', fault: `${command} cannot be run (${String(error)})` }));
}

function faultOf(command: string, { code, signal, name, message }: ExecFileException, output: string): string {
  if (code === 'ENOENT') return 'there is none';
  if (name === 'AbortError') return `${command} did not end in time`;
  if (typeof code === 'string') return `${command} cannot be run (${message})`;
  const lastLines = output.split('\n').filter((line) => line.includes(' '));
  // Proxy addresses may hold a password.
  const end = lastLines
    .slice(-3)
    .join(' | ')
    .replaceAll(/:\/\/[^\s/@]+@/g, '://***@');
  return `${command} ended with ${code ?? signal ?? 'an error'}${end === '' ? '' : `: ${end.slice(0, 600)}`}`;
}
