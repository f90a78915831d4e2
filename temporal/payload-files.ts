import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import type { PayloadStore } from './data-converter';

/**
 * Large payloads as files under their own SHA-256: the same content is stored once, a file appears whole or not at all, and
 * what is read is compared with its name. Only the owner may read them, because they hold the tasks of customers.
 */
export function filePayloadStore(folder: string): PayloadStore {
  // Two letters of fan-out keep folders small.
  const fileOf = (sha256: string): string => path.join(folder, sha256.slice(0, 2), sha256);
  return {
    async put(bytes) {
      const sha256 = hashOf(bytes);
      const file = fileOf(sha256);
      // What is stored once more is young again, so that clearing by age spares it.
      const isThere = await utimes(file, new Date(), new Date()).then(
        () => true,
        () => false,
      );
      if (isThere) return sha256;
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFileAtomic(file, bytes, { mode: 0o600 });
      return sha256;
    },

    async get(sha256) {
      const file = fileOf(sha256);
      const bytes = await readFile(file).catch((error: unknown) => {
        throw new Error(
          `A large payload of this workflow cannot be read: ${reason(error)} (${file}). Every process of extpost must ` +
            'have the same temporal.largePayloads.folder, and its files must be kept as long as their workflows.',
          { cause: error },
        );
      });
      if (hashOf(bytes) === sha256) return bytes;
      throw new Error(
        `A large payload of this workflow is damaged: ${file} has another SHA-256 than its name. Bring the file back ` +
          'from a backup of temporal.largePayloads.folder.',
      );
    },
  };
}

/** Removes payloads that were stored longer ago than so many milliseconds. Says how many. */
export async function removeOldPayloadFiles(folder: string, olderThanMs: number): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const old = await Promise.all(
    files.map(async (file) => {
      const age = Date.now() - (await stat(file)).mtimeMs;
      if (age <= olderThanMs) return 0;
      await rm(file, { force: true });
      return 1;
    }),
  );
  return old.reduce<number>((sum, one) => sum + one, 0);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? 'it is not there'
    : error instanceof Error
      ? error.message
      : 'no reason given';
}
