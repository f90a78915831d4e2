import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { Semaphore, discardPart, findPart, partPathOf } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { createSpoolIndex, INDEX_FILE, readIndex, type SpoolIndex } from './spool-index';
import { createSpoolCapacity, type SpoolCapacity } from './spool-capacity';

const TASK_FOLDER = /^[0-9a-f-]{36}$/;
const BYTES = '.bytes';

/** The folder in which one worker keeps renders between download and upload, and the queue that reaches this worker. */
export interface Spool {
  readonly queue: string;
  /** A stable id for a file: the same render in the same format has the same id, so it is fetched only once. */
  fileId(parts: readonly string[]): string;
  /** Where the bytes of a file lie; the folder is made by whoever writes there. */
  pathOf(taskId: string, fileId: string): string;
  /** The description of a file that is here, else `undefined`. */
  find(taskId: string, fileId: string): Promise<SpooledFile | undefined>;
  /** Writes the description into the task's index: only now does the file count as here. */
  addFile(taskId: string, file: SpooledFile): Promise<void>;
  /** Removes what tasks left here longer ago than so many milliseconds, for example when a clearing did not reach us. */
  clearOlderThan(ageMs: number): Promise<void>;
  /** Removes all files of a task. */
  drop(taskId: string): Promise<void>;
  /** Removes what a worker that was killed left half done and nobody can go on with; before any work begins. */
  clearUnfinished(): Promise<void>;
  /**
   * Does the work on a file while nobody else here does: two expected outputs may want the same render at the same time.
   * Throws the signal's reason when it is aborted while waiting.
   */
  exclusively<T>(taskId: string, fileId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** What is known of the files that lie here. */
  readonly index: SpoolIndex;
  /** Room in the folder and on the disk. */
  readonly capacity: SpoolCapacity;
  /** What may be under way at the same time, of all tasks together. */
  readonly permits: TransferPermits;
}

export interface TransferPermits {
  /** Files. */
  readonly downloads: Semaphore;
  /** Files. */
  readonly uploads: Semaphore;
  /** Files. */
  readonly conversions: Semaphore;
  /** Bytes of all files that are being uploaded. */
  readonly uploadBytes: Semaphore;
}

/** All numbers are bytes, but for `filesInFlight` and `clearAfterMs`. */
export interface SpoolLimits {
  /** The folder whose files count: that of all workers of this host; absent means this one's. */
  readonly root?: string | undefined;
  readonly maxTotalBytes: number;
  readonly keepFree: number;
  readonly bytesInFlight: number;
  /** Files that are downloaded at the same time, and as many that are converted, and uploaded. */
  readonly filesInFlight: number;
  /** What lies here for longer belongs to no task that is under way. */
  readonly clearAfterMs: number;
}

const unlimited: SpoolLimits = {
  maxTotalBytes: Infinity,
  keepFree: 0,
  bytesInFlight: Infinity,
  filesInFlight: Infinity,
  clearAfterMs: Infinity,
};

/** The failure after which a file is fetched again, maybe by another worker. */
export function notInSpoolFailure(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'The file is no longer as it was in this worker’s spool, so it is fetched again.',
    failureTypes.notInSpool,
  );
}

export function createSpool(folder: string, queue: string, limits: SpoolLimits = unlimited): Spool {
  const busy = new Map<string, Promise<unknown>>();
  // Task ids are checked, because they become folder names.
  const taskFolder = (taskId: string): string => {
    if (!TASK_FOLDER.test(taskId)) throw new Error(`"${taskId}" is not a task id, so it cannot name a spool folder.`);
    return path.join(folder, taskId);
  };
  const pathOf = (taskId: string, fileId: string): string => path.join(taskFolder(taskId), `${fileId}${BYTES}`);
  const index = createSpoolIndex(taskFolder);
  const drop = async (taskId: string): Promise<void> => {
    await rm(taskFolder(taskId), { recursive: true, force: true });
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
    },
    capacity: createSpoolCapacity({ ...limits, root: limits.root ?? folder }, () =>
      spool.clearOlderThan(limits.clearAfterMs),
    ),
    fileId: (parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
    async find(taskId, fileId) {
      const known = await index.find(taskId, fileId);
      if (known === undefined) return undefined;
      // Bytes that somebody cleared or cut are not here, whatever the index says: they are fetched again.
      if ((await sizeOf(pathOf(taskId, fileId))) !== known.file.bytes) return undefined;
      // The queue is this worker's of today: a spool folder may have been taken over from one that died.
      return { ...known.file, queue };
    },
    addFile: (taskId, file) => index.addFile(taskId, file),
    async clearOlderThan(ageMs) {
      for (const name of await readdir(folder)) {
        if (!TASK_FOLDER.test(name)) continue;
        const { mtimeMs } = await stat(path.join(folder, name));
        if (Date.now() - mtimeMs > ageMs) await drop(name);
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
        await Promise.race([other, rejectedWhenAborted(signal)]);
      }
      const working = work();
      const settled = working.then(nothing, nothing).then(() => busy.delete(place));
      busy.set(place, settled);
      return working;
    },
  };
  return spool;
}

/** Keeps files that are described, and beginnings that a download can go on with. */
async function clearUnfinishedOf(taskFolder: string): Promise<void> {
  const described = await readIndex(taskFolder);
  for (const name of await readdir(taskFolder)) {
    const [fileId = ''] = name.split('.');
    if (name === INDEX_FILE || described.has(fileId)) continue;
    const whole = path.join(taskFolder, `${fileId}${BYTES}`);
    if ((await findPart(partPathOf(whole))) !== undefined) continue;
    await discardPart(whole);
    await rm(path.join(taskFolder, name), { force: true, recursive: true });
  }
}

/** Bytes of a file; `undefined` when there is none. */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function rejectedWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function nothing(): void {
  // Whoever comes next only waits for the end, whatever it was.
}
