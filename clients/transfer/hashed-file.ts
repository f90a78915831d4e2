import type { FileHandle } from 'node:fs/promises';

import { BLOCK_BYTES, startHashes, type Digests } from './stream-hashes';

/** Blocks that one transfer may have under way, being hashed and written: they bound its memory at two megabytes. */
const BLOCKS_PER_FILE = 8;
/** Blocks that are kept for the next file. */
const BLOCKS_KEPT = 32;

const free: SharedArrayBuffer[] = [];

/** A file that is written and hashed at the same time. */
export interface HashedFile {
  /** Hashes what the file holds already, up to `end`; to be called before anything is written. */
  rehash(end: number, onBytes: () => void): Promise<void>;
  /** Takes bytes; resolves when there is room for more. */
  write(chunk: Buffer): Promise<void>;
  /** Waits until all is written, and gives the hashes of the whole file. */
  finish(): Promise<Digests>;
  /** Waits for what is under way and gives everything back but the file; also after a failure. */
  release(): Promise<void>;
}

/** Writes to `file` from where `rehash` ended, else from its beginning. A fault of the disk is thrown by the next call. */
export function createHashedFile(file: FileHandle): HashedFile {
  const hash = startHashes();
  const blocks: SharedArrayBuffer[] = [];
  const underWay = new Set<Promise<void>>();
  let taken = 0;
  let position = 0;
  let current: { readonly block: SharedArrayBuffer; readonly bytes: Buffer; filled: number } | undefined;
  let fault: unknown;

  const nextBlock = async () => {
    while (blocks.length === 0 && taken >= BLOCKS_PER_FILE) await Promise.race(underWay);
    let block = blocks.pop();
    if (block === undefined) {
      taken += 1;
      block = free.pop() ?? new SharedArrayBuffer(BLOCK_BYTES);
    }
    return { block, bytes: Buffer.from(block), filled: 0 };
  };
  const flush = (): void => {
    if (current === undefined || current.filled === 0) return;
    const { block, bytes, filled } = current;
    current = undefined;
    const work = Promise.all([writeWhole(file, bytes.subarray(0, filled), position), hash.add(block, filled)])
      .catch((problem: unknown) => {
        fault ??= problem;
      })
      .then(() => {
        blocks.push(block);
        underWay.delete(work);
      });
    position += filled;
    underWay.add(work);
  };
  const throwFault = (): void => {
    if (fault !== undefined) throw fault as Error;
  };

  return {
    async rehash(end, onBytes) {
      const { block, bytes } = await nextBlock();
      while (position < end) {
        const { bytesRead } = await file.read(bytes, 0, Math.min(BLOCK_BYTES, end - position), position);
        if (bytesRead === 0) throw new Error('A file in the spool became shorter while it was read.');
        await hash.add(block, bytesRead);
        position += bytesRead;
        onBytes();
      }
      blocks.push(block);
    },
    async write(chunk) {
      for (let at = 0; at < chunk.length;) {
        throwFault();
        current ??= await nextBlock();
        const copied = chunk.copy(current.bytes, current.filled, at);
        current.filled += copied;
        at += copied;
        if (current.filled === BLOCK_BYTES) flush();
      }
    },
    async finish() {
      flush();
      await Promise.all(underWay);
      throwFault();
      return hash.digests();
    },
    async release() {
      flush();
      await Promise.all(underWay);
      hash.done();
      free.push(...blocks.splice(0).slice(0, Math.max(0, BLOCKS_KEPT - free.length)));
    },
  };
}

/** A disk that is nearly full takes less than it was given, and refuses only the next write. */
async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
