import { open } from 'node:fs/promises';

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

/** Opens a file for the time of the work. Throws the file system's error. */
export async function withByteReader<T>(path: string, work: (reader: ByteReader) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let block: { at: number; bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };
    const readFile = async (at: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, at);
      return bytes.subarray(0, bytesRead);
    };
    const read = async (at: number, length: number): Promise<Buffer> => {
      const wanted = Math.min(length, MAX_READ_BYTES, size - at);
      if (!(at >= 0 && wanted > 0)) return Buffer.alloc(0);
      if (wanted > BLOCK_BYTES) return readFile(at, wanted);
      const isHere = at >= block.at && at + wanted <= block.at + block.bytes.length;
      if (!isHere) block = { at, bytes: await readFile(at, BLOCK_BYTES) };
      return block.bytes.subarray(at - block.at, at - block.at + wanted);
    };
    return await work({ size, read });
  } finally {
    await file.close();
  }
}

export function memoryReader(bytes: Buffer): ByteReader {
  const read = (at: number, length: number): Promise<Buffer> =>
    Promise.resolve(at >= 0 ? bytes.subarray(at, at + length) : Buffer.alloc(0));
  return { size: bytes.length, read };
}
