import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { SpooledFile } from '../domain/rendered-asset';

const TASK_FOLDER = /^[0-9a-f-]{36}$/;

/** The folder in which one worker keeps renders between download and upload, and the queue that reaches this worker. */
export interface Spool {
  readonly queue: string;
  /** A stable id for a file: the same render in the same format has the same id, so it is fetched only once. */
  fileId(parts: readonly string[]): string;
  /** Where the bytes of a file lie; makes the folder. */
  pathOf(taskId: string, fileId: string): Promise<string>;
  /** The description of a file that is here, else `undefined`. */
  find(taskId: string, fileId: string): Promise<SpooledFile | undefined>;
  /** Writes the description beside the bytes: only now does the file count as here. */
  keep(taskId: string, file: SpooledFile): Promise<void>;
  /** Removes what tasks left here longer ago than so many milliseconds, for example when a clearing did not reach us. */
  clearOlderThan(ageMs: number): Promise<void>;
  /** Removes all files of a task. */
  drop(taskId: string): Promise<void>;
}

export function createSpool(folder: string, queue: string): Spool {
  // Task ids are checked, because they become folder names.
  const taskFolder = (taskId: string): string => {
    if (!TASK_FOLDER.test(taskId)) throw new Error(`"${taskId}" is not a task id, so it cannot name a spool folder.`);
    return path.join(folder, taskId);
  };
  const description = (taskId: string, fileId: string): string => path.join(taskFolder(taskId), `${fileId}.json`);
  const bytes = (taskId: string, fileId: string): string => path.join(taskFolder(taskId), `${fileId}.bytes`);

  return {
    queue,
    fileId: (parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
    async pathOf(taskId, fileId) {
      await mkdir(taskFolder(taskId), { recursive: true });
      return bytes(taskId, fileId);
    },
    async find(taskId, fileId) {
      try {
        const file = JSON.parse(await readFile(description(taskId, fileId), 'utf8')) as SpooledFile;
        // Bytes that somebody cleared or cut are not here, whatever the description says: they are fetched again.
        const { size } = await stat(bytes(taskId, fileId));
        if (size !== file.bytes) return undefined;
        // The queue is this worker's of today: a spool folder may have been taken over from one that died.
        return { ...file, queue };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async keep(taskId, file) {
      const temporary = path.join(taskFolder(taskId), `${file.fileId}.${randomUUID()}.tmp`);
      await writeFile(temporary, JSON.stringify(file));
      await rename(temporary, description(taskId, file.fileId));
    },
    async clearOlderThan(ageMs) {
      for (const name of await readdir(folder)) {
        if (!TASK_FOLDER.test(name)) continue;
        const { mtimeMs } = await stat(path.join(folder, name));
        if (Date.now() - mtimeMs > ageMs) await rm(path.join(folder, name), { recursive: true, force: true });
      }
    },
    async drop(taskId) {
      await rm(taskFolder(taskId), { recursive: true, force: true });
    },
  };
}
