import { existsSync } from 'node:fs';
import path from 'node:path';

import { showProgress } from '../../cli/shared/progress';
import { type ProgramSource, runProgram } from './program-source';

/** Both are what `tools/temporal-server/go.mod` pins; a test compares them. */
export const PINNED_CLI_VERSION = '1.8.2';
export const NEEDED_GO_VERSION = '1.26.4';

const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const VERSION_VARIABLE = 'github.com/temporalio/cli/internal/temporalcli.Version';
const PACKAGES_IN_A_FIRST_BUILD = 1_700;
const TIMEOUT_MS = 60 * 60_000;

/** Builds the Go module that `tools/temporal-server` pins; the first time takes minutes. */
export const goBuild: ProgramSource = {
  from: 'build',
  name: `build with Go (${PACKAGE} ${PINNED_CLI_VERSION})`,
  cacheKey: PINNED_CLI_VERSION,
  async get(stagingFolder, options) {
    options.report(
      `Building a Temporal server ${PINNED_CLI_VERSION} with Go; this happens once and takes about 5 minutes.`,
    );
    let packages = 0;
    const progress = showProgress(
      options,
      () => `Building: ${packages} of about ${PACKAGES_IN_A_FIRST_BUILD} packages`,
    );
    const program = path.join(stagingFolder, 'temporal');
    const linkerFlags = `-s -w -X ${VERSION_VARIABLE}=${PINNED_CLI_VERSION}`;
    const args = ['build', '-v', '-trimpath', '-ldflags', linkerFlags, '-o', program, PACKAGE];
    const { fault } = await runProgram('go', args, {
      env: options.environment,
      cwd: goModuleFolder(),
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), options.signal]),
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
