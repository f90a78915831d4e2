import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { OLDEST_USABLE_CLI } from './pinned-versions';
import { lastLinesOf, runProgram } from './run-program';
import { messageOf } from './system-error';

const ANSWER_LIMIT_MS = 30_000;
const VERSION_LINE = /^temporal version (?<version>(?<major>\d+)\.(?<minor>\d+)\.\S+)/m;

/** A program that cannot serve; the message completes the sentence "the program …". */
export class UnusableProgramError extends Error {
  override readonly name = 'UnusableProgramError';
}

/**
 * Asks a `temporal` program for its version: `1.8.2`.
 * Throws an {@link UnusableProgramError} when it does not answer as Temporal's command line does, or is older than 1.5.
 */
export async function askVersion(path: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const answer = await runProgram({
    command: path,
    args: ['--version'],
    environment,
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  }).catch((error: unknown) => {
    throw new UnusableProgramError(`cannot be run (${messageOf(error)})`);
  });
  if (answer.wasStopped) throw new UnusableProgramError(`did not answer --version within ${ANSWER_LIMIT_MS / 1000} s`);
  const found = VERSION_LINE.exec(answer.lines.join('\n'))?.groups;
  const version = found?.['version'];
  if (answer.exitCode !== 0 || found === undefined || version === undefined) {
    const said = lastLinesOf(answer.lines, 1);
    throw new UnusableProgramError(
      `is not a working Temporal command line (--version ended with ${answer.exitCode ?? 'a signal'}` +
        `${said === '' ? '' : ` and said: ${said}`})`,
    );
  }
  if (!isNewEnough(Number(found['major']), Number(found['minor']))) {
    throw new UnusableProgramError(
      `is version ${version}, and ${OLDEST_USABLE_CLI.major}.${OLDEST_USABLE_CLI.minor} or newer is needed`,
    );
  }
  return version;
}

function isNewEnough(major: number, minor: number): boolean {
  return major === OLDEST_USABLE_CLI.major ? minor >= OLDEST_USABLE_CLI.minor : major > OLDEST_USABLE_CLI.major;
}

/** The first executable file of that name in the folders of PATH, as an absolute path; or undefined. */
export async function findOnPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = resolve(join(folder, executableName(name)));
    if (await isExecutableFile(path)) return path;
  }
  return undefined;
}

/** `temporal`, on Windows `temporal.exe`. */
export function executableName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
