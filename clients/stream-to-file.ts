import type { WriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Writes chunks to a file and closes it. Ends only when the file is closed, also after a failure: until then it may still be
 * about to be created, and who deletes it would miss it. Throws the error of the source, the signal or the file system.
 */
export async function streamToFile(
  chunks: AsyncIterable<Uint8Array>,
  target: WriteStream,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await pipeline(chunks, target, { ...(signal !== undefined && { signal }) });
  } finally {
    target.destroy();
    if (!target.closed) await new Promise<void>((resolve) => target.once('close', resolve));
  }
}
