import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';

import { parseJson, unlessGone } from '../../clients';
import type { SpooledFile } from '../../domain/render/rendered-asset';

export const INDEX_FILE = 'files.jsonl';

/** The description of one file, and by upload address when its bytes were stored there (ISO 8601, UTC). */
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

/** A journal in each task's folder that survives a kill (docs/decisions/0028-one-spool-index-for-each-task.md). */
export interface SpoolIndex {
  find(taskId: string, fileId: string): Promise<IndexedFile | undefined>;
  addFile(taskId: string, file: SpooledFile): Promise<void>;
  addUpload(taskId: string, stored: Stored): Promise<void>;
  /** To be called when the task's folder was removed. */
  forget(taskId: string): void;
}

export function createSpoolIndex(folderOf: (taskId: string) => string): SpoolIndex {
  const tasks = new Map<string, Promise<Map<string, IndexedFile>>>();
  const append = createAppender();
  const indexOf = (taskId: string): Promise<Map<string, IndexedFile>> => {
    const known = tasks.get(taskId);
    if (known !== undefined) return known;
    const reading = readIndex(folderOf(taskId));
    tasks.set(taskId, reading);
    // A failed read is repeated by the next call.
    reading.catch(() => tasks.delete(taskId));
    return reading;
  };
  const add = async (taskId: string, line: Line): Promise<void> => {
    const index = await indexOf(taskId);
    // The line break comes first, because the last line may have been cut off by a kill or a full disk.
    await append(path.join(folderOf(taskId), INDEX_FILE), `\n${JSON.stringify(line)}`);
    apply(index, line);
  };
  return {
    find: async (taskId, fileId) => (await indexOf(taskId)).get(fileId),
    addFile: (taskId, file) => add(taskId, { kept: file }),
    addUpload: (taskId, stored) => add(taskId, { stored }),
    forget: (taskId) => void tasks.delete(taskId),
  };
}

/** Appends to files. What comes while a file is being written goes together with the next write: sixty files end at once. */
function createAppender(): (file: string, text: string) => Promise<void> {
  /** By file: the texts of the next write, and its end. */
  const waiting = new Map<string, { readonly texts: string[]; readonly written: Promise<void> }>();
  const writing = new Map<string, Promise<unknown>>();
  const begin = (file: string): { readonly texts: string[]; readonly written: Promise<void> } => {
    const texts: string[] = [];
    const before = writing.get(file) ?? Promise.resolve();
    const written = before.then(() => {
      waiting.delete(file);
      return appendFile(file, texts.join(''), { mode: 0o600 });
    });
    const settled = written
      .catch(() => undefined)
      .then(() => {
        if (writing.get(file) === settled) writing.delete(file);
      });
    writing.set(file, settled);
    const next = { texts, written };
    waiting.set(file, next);
    return next;
  };
  return (file, text) => {
    const next = waiting.get(file) ?? begin(file);
    next.texts.push(text);
    return next.written;
  };
}

/** Reads the index of a task's folder, by file id. Skips lines that were cut off. */
export async function readIndex(taskFolder: string): Promise<Map<string, IndexedFile>> {
  const index = new Map<string, IndexedFile>();
  const text = (await unlessGone(readFile(path.join(taskFolder, INDEX_FILE), 'utf8'))) ?? '';
  for (const line of text.split('\n')) {
    const read = parsed(line);
    if (read !== undefined) apply(index, read);
  }
  return index;
}

/** The last description of a file counts; its uploads stay. */
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

/** A JSON object that was cut off cannot be parsed, so a parsed line is complete. */
function parsed(text: string): Line | undefined {
  const line = parseJson(text);
  const isOurs = typeof line === 'object' && line !== null && ('kept' in line || 'stored' in line);
  return isOurs ? (line as Line) : undefined;
}
