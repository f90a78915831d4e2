import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder } from '../../demo/temporal-server/program-cache';

/** MinIO's releases are no semantic versions, so the module proxy names them by commit. */
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const MODULE = `github.com/minio/minio@${VERSION}`;
/** More than 1,500 packages are compiled the first time. */
const BUILD_MS = 60 * 60_000;

const folder = path.join(cacheFolder(process.env), '..', `minio-${VERSION}`);
const program = path.join(folder, 'minio');

/** The MinIO server; `undefined` where it is not installed. */
export function minioProgram(): string | undefined {
  return existsSync(program) ? program : undefined;
}

/**
 * Builds MinIO from the Go module proxy into the user's cache, if EXTPOST_TEST_MINIO is `install`. Needs Go and a network, and takes ten
 * minutes or more. Throws with a reason when it cannot be built.
 */
export async function installMinio(report: (line: string) => void): Promise<void> {
  if (process.env['EXTPOST_TEST_MINIO'] !== 'install' || minioProgram() !== undefined) return;
  report(`Building MinIO ${VERSION} with Go; this happens once.`);
  const began = performance.now();
  // Into a temporary folder first, so that nobody finds half of it.
  const staging = `${folder}-${randomUUID()}`;
  await mkdir(staging, { recursive: true });
  try {
    const environment = { ...process.env, GOBIN: staging, CGO_ENABLED: '0' };
    const args = ['install', '-trimpath', '-ldflags', '-s -w', MODULE];
    await promisify(execFile)('go', args, { env: environment, timeout: BUILD_MS });
    await rename(staging, folder);
    report(`Built MinIO in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    const why = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? 'no reason given';
    throw new Error(`MinIO could not be built: ${why}`, { cause: error });
  }
}
