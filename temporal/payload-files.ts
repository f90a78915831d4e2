import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, utimes } from 'node:fs/promises';
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { filesBelow } from '../clients';

export interface PayloadStore {
  /** Resolves to the SHA-256 (lower-case hex) of the bytes. */
  put(bytes: Buffer): Promise<string>;
  /** Throws when they are missing or damaged. */
  get(sha256: string): Promise<Buffer>;
}

/** One file per SHA-256, written atomically, verified on reading, readable by its owner only (customer data). */
export function filePayloadStore(folder: string): PayloadStore {
  // Subfolders by the first two letters keep folders small.
  const fileOf = (sha256: string): string => path.join(folder, sha256.slice(0, 2), sha256);
  return {
    async put(bytes) {
      const sha256 = hashOf(bytes);
      const file = fileOf(sha256);
      // A new modification time protects a payload that is stored again from removal by age.
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
            'have the same storage.folder, and its files must be kept as long as their workflows.',
          { cause: error },
        );
      });
      if (hashOf(bytes) === sha256) return bytes;
      throw new Error(
        `A large payload of this workflow is damaged: ${file} has another SHA-256 than its name. Restore the file ` +
          'from a backup of the storage.',
      );
    },
  };
}

/** Removes files older than this many milliseconds. Returns how many. */
export async function removeOldFiles(folder: string, olderThanMs: number): Promise<number> {
  const old = (await filesBelow(folder)).filter(({ changedAt }) => Date.now() - changedAt > olderThanMs);
  // Another worker that starts at the same time removes the same files.
  await Promise.all(old.map((file) => rm(file.path, { force: true })));
  return old.length;
}

/** SHA-256 in lower-case hex. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? 'it is not there'
    : error instanceof Error
      ? error.message
      : 'no reason given';
}
