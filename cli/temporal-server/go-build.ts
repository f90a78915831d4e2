import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NEEDED_GO_VERSION, PACKAGES_IN_A_FIRST_BUILD, PINNED_CLI_VERSION } from './pinned-versions';
import { CannotGetError } from './program-getter';
import type { GetterContext, ProgramGetter } from './program-getter';
import { executableName, findOnPath } from './program-version';
import { showProgress } from './progress';
import { lastLinesOf, runProgram } from './run-program';

const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const VERSION_VARIABLE = 'github.com/temporalio/cli/internal/temporalcli.Version';
const LIMIT_MS = 60 * 60_000;

/** Builds the pinned public Go module of tools/temporal-server: minutes the first time, and no cgo. */
export function goBuild(): ProgramGetter {
  return {
    from: 'build',
    way: `build with Go (${PACKAGE} ${PINNED_CLI_VERSION})`,
    cacheKey: PINNED_CLI_VERSION,
    get: build,
  };
}

async function build(context: GetterContext): Promise<string> {
  const go = await findOnPath('go', context.environment);
  if (go === undefined) throw new CannotGetError('there is no `go` on PATH');
  const program = join(context.stagingFolder, executableName('temporal'));
  const packages = { compiled: 0, fetched: 0 };
  context.report(
    `Building a Temporal server (${PINNED_CLI_VERSION}) with ${go}; this happens once and can take 5 minutes or more.`,
  );
  const progress = showProgress(context, () =>
    packages.compiled === 0 && packages.fetched > 0
      ? `Building: ${packages.fetched} Go modules fetched`
      : `Building: ${packages.compiled} of about ${PACKAGES_IN_A_FIRST_BUILD} packages compiled`,
  );
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    const answer = await runProgram({
      command: go,
      args: [
        'build',
        '-v',
        '-trimpath',
        '-ldflags',
        `-s -w -X ${VERSION_VARIABLE}=${PINNED_CLI_VERSION}`,
        '-o',
        program,
        PACKAGE,
      ],
      environment: context.environment,
      workingFolder: goModuleFolder(),
      signal: context.signal === undefined ? limit : AbortSignal.any([limit, context.signal]),
      stopWith: 'SIGTERM',
      onLine: (line) => {
        if (line.startsWith('go: downloading ')) packages.fetched += 1;
        else if (isPackageName(line)) packages.compiled += 1;
      },
    });
    context.signal?.throwIfAborted();
    if (limit.aborted) throw new CannotGetError(`not finished after ${LIMIT_MS / 60_000} minutes`);
    if (answer.exitCode !== 0) {
      throw new CannotGetError(
        `${go} ended with ${answer.exitCode ?? 'a signal'}: ${explain(answer.lines)} (Go ${NEEDED_GO_VERSION} or newer is needed)`,
      );
    }
    return program;
  } finally {
    progress.stop();
  }
}

/** `go build -v` prints a bare import path for every package that it compiles; everything else it prints has spaces. */
function isPackageName(line: string): boolean {
  return /^[^\s:]+$/.test(line);
}

function explain(lines: readonly string[]): string {
  return (
    lastLinesOf(lines.filter((line) => !isPackageName(line) && !line.startsWith('go: downloading '))) ||
    'no reason given'
  );
}

/** The folder of go.mod: found by walking up, because compiled code lies one folder deeper than its source. */
export function goModuleFolder(from: string = __dirname): string {
  const here = join(from, 'tools', 'temporal-server');
  if (existsSync(join(here, 'go.mod'))) return here;
  if (dirname(from) === from) throw new CannotGetError('tools/temporal-server/go.mod is not part of this installation');
  return goModuleFolder(dirname(from));
}
