import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads parts of a file, or of bytes in memory. */
export interface ByteReader {
  readonly size: number;
  /** Fewer bytes than asked for at the end. */
  read(at: number, length: number): Promise<Buffer>;
}

/** Small reads that follow each other come from one read of the disk. */
const BLOCK_BYTES = 128 * 1024;

/** No single value of a header is longer, so a damaged length cannot use up the memory. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

/**
 * Opens a file for the time of the work. Throws the file system's error. Its calls block: it runs in a process that has nothing else to do
 * meanwhile, where each call that does not block costs ten times as much.
 */
export async function withByteReader<T>(path: string, work: (reader: ByteReader) => Promise<T>): Promise<T> {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    let block: { at: number; bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };
    const readFile = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(Math.min(length, size - at));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at));
    };
    const read = (at: number, length: number): Buffer => {
      const wanted = Math.min(length, MAX_READ_BYTES, size - at);
      if (!(at >= 0 && wanted > 0)) return Buffer.alloc(0);
      if (wanted > BLOCK_BYTES) return readFile(at, wanted);
      const isHere = at >= block.at && at + wanted <= block.at + block.bytes.length;
      if (!isHere) block = { at, bytes: readFile(at, BLOCK_BYTES) };
      return block.bytes.subarray(at - block.at, at - block.at + wanted);
    };
    return await work({
      size,
      // The executor makes a rejection of what is thrown.
      read: (at, length) =>
        new Promise((resolve) => {
          resolve(read(at, length));
        }),
    });
  } finally {
    closeSync(file);
  }
}

export function memoryReader(bytes: Buffer): ByteReader {
  const read = (at: number, length: number): Promise<Buffer> =>
    Promise.resolve(at >= 0 ? bytes.subarray(at, at + length) : Buffer.alloc(0));
  return { size: bytes.length, read };
}
