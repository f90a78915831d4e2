import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { filesBelow, type Store } from '../clients';

export interface PayloadStore {
  /** Resolves to the SHA-256 (lower-case hex) of the bytes. */
  put(bytes: Buffer): Promise<string>;
  /** Throws when they are missing or damaged. */
  get(sha256: string): Promise<Buffer>;
}

/** One object for each SHA-256, verified on reading. Writing it again renews its age, by which it may be removed. */
export function createPayloadStore(store: Pick<Store, 'place' | 'put' | 'get'>): PayloadStore {
  // Subfolders by the first two letters keep folders small.
  const keyOf = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256}`;
  return {
    async put(bytes) {
      const sha256 = hashOf(bytes);
      await store.put(keyOf(sha256), bytes, { contentType: 'application/json' });
      return sha256;
    },

    async get(sha256) {
      const found = await store.get(keyOf(sha256));
      if (found !== undefined && hashOf(found) === sha256) return Buffer.from(found);
      const what = found === undefined ? 'is not there' : 'is damaged';
      throw new Error(
        `A large payload of this workflow ${what}: ${keyOf(sha256)} in ${store.place}. Every process of extpost must have the same ` +
          'storage, and what is in it must be kept as long as its workflows. Restore it from a backup.',
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

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
