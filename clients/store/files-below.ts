import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly changedAt: number;
}

/**
 * The regular files below a folder. Others may write there: what vanishes meanwhile is left out, which a recursive `readdir`
 * would throw for. A folder that is not there has no files.
 */
export async function filesBelow(folder: string): Promise<FoundFile[]> {
  const entries = (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? [];
  const found = await Promise.all(entries.map((entry) => filesOf(folder, entry)));
  return found.flat();
}

async function filesOf(folder: string, entry: Dirent): Promise<FoundFile[]> {
  const place = path.join(folder, entry.name);
  if (entry.isDirectory()) return filesBelow(place);
  if (!entry.isFile()) return [];
  const found = await unlessGone(stat(place));
  return found === undefined ? [] : [{ path: place, bytes: found.size, changedAt: found.mtimeMs }];
}

/** What `reading` gives; `undefined` when the file or folder is not there (any more). */
export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
