import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { SpooledFile } from '../../domain/render/rendered-asset';

/** Lies in each task's folder. */
export const INDEX_FILE = 'files.jsonl';

/** Says in which folder a task's files lie. */
type FolderOf = (taskId: string) => string;

/** What is known of one file: its description, and when its bytes were stored at which upload address (ISO 8601, UTC). */
export interface IndexedFile {
  readonly file: SpooledFile;
  readonly stored: ReadonlyMap<string, string>;
}

type Line = { readonly kept: SpooledFile } | { readonly stored: Stored };

interface Stored {
  readonly fileId: string;
  readonly address: string;
  readonly at: string;
}

/**
 * Remembers what lies in the spool, over the death of its worker: one file of JSON Lines in each task's folder, which is only
 * added to. A file of its own for each render and each upload would cost more than all checks of the render together,
 * for making a file is the slowest thing that disks do (bench/README.md, transfer).
 */
export interface SpoolIndex {
  find(taskId: string, fileId: string): Promise<IndexedFile | undefined>;
  addFile(taskId: string, file: SpooledFile): Promise<void>;
  addUpload(taskId: string, stored: Stored): Promise<void>;
  /** To be called when the task's folder is gone. */
  forget(taskId: string): void;
}

export function createSpoolIndex(folderOf: FolderOf): SpoolIndex {
  const tasks = new Map<string, Promise<Map<string, IndexedFile>>>();
  const indexOf = (taskId: string): Promise<Map<string, IndexedFile>> => {
    const known = tasks.get(taskId);
    if (known !== undefined) return known;
    const reading = readIndex(folderOf(taskId));
    tasks.set(taskId, reading);
    // A disk that cannot be read now may be read later.
    reading.catch(() => tasks.delete(taskId));
    return reading;
  };
  const add = async (taskId: string, line: Line): Promise<void> => {
    const index = await indexOf(taskId);
    // The line break comes first: so a line stands alone behind one that was cut off by a kill or a full disk.
    await appendFile(path.join(folderOf(taskId), INDEX_FILE), `\n${JSON.stringify(line)}`, { mode: 0o600 });
    apply(index, line);
  };
  return {
    find: async (taskId, fileId) => (await indexOf(taskId)).get(fileId),
    addFile: (taskId, file) => add(taskId, { kept: file }),
    addUpload: (taskId, stored) => add(taskId, { stored }),
    forget: (taskId) => void tasks.delete(taskId),
  };
}

/** What the index in a task's folder says, by file id. Lines that were cut off say nothing. */
export async function readIndex(taskFolder: string): Promise<Map<string, IndexedFile>> {
  const index = new Map<string, IndexedFile>();
  for (const line of (await textOf(path.join(taskFolder, INDEX_FILE))).split('\n')) {
    const read = parsed(line);
    if (read !== undefined) apply(index, read);
  }
  return index;
}

/** The last word on a file counts; where it was stored stays true. */
function apply(index: Map<string, IndexedFile>, line: Line): void {
  if ('kept' in line) {
    const { kept } = line;
    index.set(kept.fileId, { file: kept, stored: index.get(kept.fileId)?.stored ?? new Map() });
    return;
  }
  const { fileId, address, at } = line.stored;
  const known = index.get(fileId);
  if (known !== undefined) index.set(fileId, { ...known, stored: new Map([...known.stored, [address, at]]) });
}

/** The beginning of an object is no object, so what can be read is whole. */
function parsed(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    const isOurs = typeof line === 'object' && line !== null && ('kept' in line || 'stored' in line);
    return isOurs ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
