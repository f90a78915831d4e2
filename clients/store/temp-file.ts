import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { StoreContent } from './store';
import { StoreError } from './store-error';

/** Unfinished files lie in here, on the same disk as finished ones; no key begins with a dot. */
const UNFINISHED = '.unfinished';

/** An unfinished file this old, in milliseconds, was left by a crash. */
const LEFT_AFTER_MS = 24 * 60 * 60 * 1000;

/** Writes the content to a file that is not yet an object, and onto the disk; returns its path. Leaves none behind when it fails. */
export async function writeTempFile(
  folder: string,
  content: StoreContent,
  signal: AbortSignal | undefined,
): Promise<string> {
  await mkdir(path.join(folder, UNFINISHED), { recursive: true });
  const file = path.join(folder, UNFINISHED, randomUUID());
  try {
    await writeWhole(file, content, signal);
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function writeWhole(file: string, content: StoreContent, signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    const source = content instanceof Uint8Array ? content : content.stream;
    await writeFile(handle, source, signal === undefined ? {} : { signal });
    const { size } = await handle.stat();
    const announced = content instanceof Uint8Array ? content.byteLength : content.bytes;
    if (size !== announced) {
      throw new StoreError(`Of ${announced} bytes that were announced, ${size} came; nothing was kept.`);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what crashes left unfinished long ago. */
export async function removeStaleTempFiles(folder: string): Promise<void> {
  const unfinished = path.join(folder, UNFINISHED);
  await mkdir(unfinished, { recursive: true });
  for (const name of await readdir(unfinished)) {
    const file = path.join(unfinished, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > LEFT_AFTER_MS) await rm(file, { force: true });
  }
}
