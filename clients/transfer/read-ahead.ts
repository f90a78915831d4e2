import type { FileHandle } from 'node:fs/promises';

/** Larger ones win nothing that can be told from chance, and take more memory: what was sent is given back only now and then. */
const CHUNK_BYTES = 128 * 1024;

/**
 * Gives the first so many bytes of a file, chunk after chunk; the next one is read while the one before is on its way. An empty
 * chunk says that the file is shorter. Throws the file system's own error.
 */
export function readAhead(file: FileHandle, bytes: number): () => Promise<Buffer> {
  let position = 0;
  const read = async (): Promise<Buffer> => {
    const block = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, bytes - position));
    const { bytesRead } = await file.read(block, 0, block.length, position);
    position += bytesRead;
    return block.subarray(0, bytesRead);
  };
  let coming: Promise<Buffer> | undefined;
  return async () => {
    const chunk = await (coming ?? read());
    coming = chunk.length > 0 && position < bytes ? read() : undefined;
    // Whoever asks for it is told; maybe nobody asks any more.
    coming?.catch(() => undefined);
    return chunk;
  };
}
