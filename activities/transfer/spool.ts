import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { Semaphore, discardPart, findPart, partPathOf, removeFolder, unlessGone, untilAborted } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { createSpoolIndex, INDEX_FILE, readIndex, type SpoolIndex } from './spool-index';
import { createSpoolCapacity, type SpoolCapacity } from './spool-capacity';

/** A GUID, or the number that an id can be (docs/reference/assumptions.md#values). */
const TASK_FOLDER = /^(?:[0-9a-f-]{36}|\d{1,20})$/;
const BYTES = '.bytes';

/** The folder in which one worker keeps files between download and upload, and the task queue of this worker. */
export interface Spool {
  readonly queue: string;
  /** The same parts give the same id, so that a render is fetched only once. */
  fileId(parts: readonly string[]): string;
  /** Where the bytes of a file lie. The folder may not exist yet. */
  pathOf(taskId: string, fileId: string): string;
  /** The description of a file that is complete, else `undefined`. */
  find(taskId: string, fileId: string): Promise<SpooledFile | undefined>;
  /** Adds the description to the task's index, which makes the file complete. */
  addFile(taskId: string, file: SpooledFile): Promise<void>;
  /** Removes the files of tasks that have not changed for this long. */
  clearOlderThan(ageMs: number): Promise<void>;
  drop(taskId: string): Promise<void>;
  /** Removes incomplete files of a killed worker that cannot be resumed; to be called before any activity. */
  clearUnfinished(): Promise<void>;
  /** Two outputs may need the same render. Throws the signal's reason if it is aborted while it waits. */
  exclusively<T>(taskId: string, fileId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  readonly index: SpoolIndex;
  readonly capacity: SpoolCapacity;
  readonly permits: TransferPermits;
}

/** Limits of what all tasks together transfer at the same time; in files, if not said otherwise. */
export interface TransferPermits {
  readonly downloads: Semaphore;
  readonly uploads: Semaphore;
  readonly conversions: Semaphore;
  readonly uploadBytes: Semaphore;
  /** For files of more than {@link SMALL_FILE_BYTES}, which need more memory while they are sent. */
  readonly largeUploads: Semaphore;
}

export const SMALL_FILE_BYTES = 512 * 1024;
const LARGE_UPLOADS = 16;

/** All numbers are bytes, but for `filesInFlight` and `clearAfterMs`. */
export interface SpoolLimits {
  /** The folder of all workers of this host, whose files count; absent means this worker's folder. */
  readonly root?: string | undefined;
  readonly maxTotalBytes: number;
  readonly keepFree: number;
  readonly bytesInFlight: number;
  /** Files that are downloaded at the same time, and as many that are converted or uploaded. */
  readonly filesInFlight: number;
  /** Files older than this belong to no running task. */
  readonly clearAfterMs: number;
}

const unlimited: SpoolLimits = {
  maxTotalBytes: Infinity,
  keepFree: 0,
  bytesInFlight: Infinity,
  filesInFlight: Infinity,
  clearAfterMs: Infinity,
};

/** The failure after which the workflow has the file fetched again, by any worker. */
export function notInSpoolFailure(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'The file has changed in this worker’s spool, so it is fetched again.',
    failureTypes.notInSpool,
  );
}

export function createSpool(folder: string, queue: string, limits: SpoolLimits = unlimited): Spool {
  const busy = new Map<string, Promise<unknown>>();
  // Checked because the id becomes the name of a folder.
  const taskFolder = (taskId: string): string => {
    if (!TASK_FOLDER.test(taskId)) throw new Error(`"${taskId}" is not a task id, so it cannot name a spool folder.`);
    return path.join(folder, taskId);
  };
  const pathOf = (taskId: string, fileId: string): string => path.join(taskFolder(taskId), `${fileId}${BYTES}`);
  const index = createSpoolIndex(taskFolder);
  const drop = async (taskId: string): Promise<void> => {
    await removeFolder(taskFolder(taskId));
    index.forget(taskId);
  };

  const spool: Spool = {
    queue,
    index,
    drop,
    pathOf,
    permits: {
      downloads: new Semaphore(limits.filesInFlight),
      uploads: new Semaphore(limits.filesInFlight),
      conversions: new Semaphore(limits.filesInFlight),
      uploadBytes: new Semaphore(limits.bytesInFlight),
      largeUploads: new Semaphore(LARGE_UPLOADS),
    },
    capacity: createSpoolCapacity({ ...limits, root: limits.root ?? folder }, () =>
      spool.clearOlderThan(limits.clearAfterMs),
    ),
    fileId: (parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
    async find(taskId, fileId) {
      const known = await index.find(taskId, fileId);
      if (known === undefined) return undefined;
      // Somebody may have removed or truncated the file; then it is fetched again.
      if ((await unlessGone(stat(pathOf(taskId, fileId))))?.size !== known.file.bytes) return undefined;
      // The index may come from a killed worker whose folder this one has taken over.
      return { ...known.file, queue };
    },
    addFile: (taskId, file) => index.addFile(taskId, file),
    async clearOlderThan(ageMs) {
      for (const name of await readdir(folder)) {
        if (!TASK_FOLDER.test(name)) continue;
        const found = await unlessGone(stat(path.join(folder, name)));
        if (found !== undefined && Date.now() - found.mtimeMs > ageMs) await drop(name);
      }
    },
    async clearUnfinished() {
      for (const taskId of await readdir(folder)) {
        if (TASK_FOLDER.test(taskId)) await clearUnfinishedOf(taskFolder(taskId));
      }
    },
    async exclusively(taskId, fileId, signal, work) {
      const place = pathOf(taskId, fileId);
      for (let other = busy.get(place); other !== undefined; other = busy.get(place)) {
        await untilAborted(other, signal);
      }
      const working = work();
      const settled = working.catch(() => undefined).then(() => busy.delete(place));
      busy.set(place, settled);
      return working;
    },
  };
  return spool;
}

/** Keeps complete files and partial downloads that can be resumed. */
async function clearUnfinishedOf(taskFolder: string): Promise<void> {
  const described = await readIndex(taskFolder);
  for (const name of (await unlessGone(readdir(taskFolder))) ?? []) {
    const [fileId = ''] = name.split('.');
    if (name === INDEX_FILE || described.has(fileId)) continue;
    const whole = path.join(taskFolder, `${fileId}${BYTES}`);
    if ((await findPart(partPathOf(whole))) !== undefined) continue;
    await discardPart(whole);
    await rm(path.join(taskFolder, name), { force: true, recursive: true });
  }
}
