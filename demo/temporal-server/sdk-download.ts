import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import testingPackage from '@temporalio/testing/package.json';

import { showProgress } from '../../cli/shared/progress';
import { type ProgramSource, runProgram } from './program-source';

const POLL_INTERVAL_MS = 250;

/** The SDK downloads only when it starts a server, so the script starts one and stops it again. */
const script = `
const [, testingModule, downloadDir] = process.argv;
const { TestWorkflowEnvironment } = require(testingModule);
TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } })
  .then((environment) => environment.teardown())
  .then(() => process.exit(0), (error) => { console.error(error && error.message); process.exit(1); });
`;
const sdkCommand = [process.execPath, '--eval', script, require.resolve('@temporalio/testing')] as const;

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
