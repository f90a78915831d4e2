import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder } from '../../demo/temporal-server/program-cache';

/** The version that the tests were written with. */
const VERSION = '5.2.5';
/** What its server needs for S3 alone; `moto[server]` would install three times as much. */
const PACKAGES = [`moto[s3]==${VERSION}`, 'flask', 'flask-cors'];

const INSTALL_MS = 120_000;

/** Why the tests against moto are left out, after an attempt to install it. */
const WHY_NOT = 'EXTPOST_TEST_S3_WHY_NOT';

const folder = path.join(cacheFolder(process.env), '..', `moto-${VERSION}`);
const python = (home: string): string =>
  path.join(home, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** The Python that has moto; `undefined` where it is not installed. */
export function motoPython(): string | undefined {
  return existsSync(python(folder)) ? python(folder) : undefined;
}

/** Why there is no moto, and how to get it. */
export function whyNoMoto(): string {
  const tried = process.env[WHY_NOT];
  const how = 'install it with EXTPOST_TEST_S3=install npx jest s3 (needs python3 and PyPI)';
  return tried === undefined ? `moto is not installed; ${how}` : `moto could not be installed (${tried}); ${how}`;
}

/**
 * Installs moto beside the Temporal server in the user's cache, if EXTPOST_TEST_S3 asks for it: `install` throws with a
 * reason when that cannot be done, with `try` the tests against moto are then left out.
 */
export async function installMoto(report: (line: string) => void): Promise<void> {
  const asked = process.env['EXTPOST_TEST_S3'];
  if ((asked !== 'install' && asked !== 'try') || motoPython() !== undefined) return;
  const began = performance.now();
  try {
    await install();
    report(`Installed moto ${VERSION} in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? 'no reason given';
    if (asked === 'install') throw new Error(`moto could not be installed: ${why}`);
    process.env[WHY_NOT] = why;
    report(`The tests against moto are left out: it could not be installed: ${why}`);
  }
}

/** Into a temporary folder first, so that nobody finds half of it. */
async function install(): Promise<void> {
  const run = promisify(execFile);
  const staging = `${folder}-${randomUUID()}`;
  const options = { timeout: INSTALL_MS };
  await mkdir(path.dirname(folder), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', staging], options);
    const quick = ['--quiet', '--no-compile', '--no-input', '--disable-pip-version-check'];
    await run(python(staging), ['-m', 'pip', 'install', ...quick, ...PACKAGES], options);
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another test run was faster.
    if (motoPython() === undefined) throw error;
  }
}
