import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { StoreError, type Store } from './store';

export interface FileToStore {
  readonly path: string;
  /** The key, which may depend on the content: SHA-256 in lower-case hex. */
  readonly keyOf: (sha256: string) => string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Puts a file of this computer into a store. Throws StoreError, also for an empty file and one that is too large, or the disk's error. */
export async function storeFile(
  store: Pick<Store, 'place' | 'put'>,
  { path, keyOf, maxBytes, signal }: FileToStore,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const { size } = await stat(path);
  if (size === 0) throw new StoreError('The file is empty; choose another one.');
  if (size > maxBytes) {
    throw new StoreError(`The file has ${size} bytes, and one may have ${maxBytes} (worker.spool.maxBytes).`);
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, signal === undefined ? {} : { signal });
  const sha256 = hash.digest('hex');
  await store.put(
    keyOf(sha256),
    { stream: createReadStream(path), bytes: size },
    signal === undefined ? {} : { signal },
  );
  return { sha256, bytes: size };
}
