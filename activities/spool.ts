import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { ByteBudget, discardPart, findPart, partPathOf } from '../clients';
import { failureTypes } from '../domain/failure-type';
import type { SpooledFile } from '../domain/rendered-asset';
import { createSpoolRoom, type SpoolRoom } from './spool-room';

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
  /** Removes what a worker that was killed left half done and nobody can go on with; before any work begins. */
  clearUnfinished(): Promise<void>;
  /**
   * Does the work on a file while nobody else here does: two expected outputs may want the same render at the same time.
   * Throws the signal's reason when it is aborted while waiting.
   */
  alone<T>(taskId: string, fileId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Room in the folder and on the disk. */
  readonly room: SpoolRoom;
  /** Bytes that may be uploaded at the same time. */
  readonly uploads: ByteBudget;
}

/** All numbers are bytes, but for `clearAfterMs`. */
export interface SpoolLimits {
  /** The folder whose files count: that of all workers of this host; absent means this one's. */
  readonly root?: string | undefined;
  readonly maxTotalBytes: number;
  readonly keepFree: number;
  readonly bytesInFlight: number;
  /** What lies here for longer belongs to no task that is under way. */
  readonly clearAfterMs: number;
}

const unlimited: SpoolLimits = {
  maxTotalBytes: Infinity,
  keepFree: 0,
  bytesInFlight: Infinity,
  clearAfterMs: Infinity,
};

/** The failure after which a file is fetched again, maybe by another worker. */
export function notInSpool(): ApplicationFailure {
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
  const description = (taskId: string, fileId: string): string => path.join(taskFolder(taskId), `${fileId}.json`);
  const bytes = (taskId: string, fileId: string): string => path.join(taskFolder(taskId), `${fileId}.bytes`);

  const spool: Spool = {
    queue,
    uploads: new ByteBudget(limits.bytesInFlight),
    room: createSpoolRoom({ ...limits, root: limits.root ?? folder }, () => spool.clearOlderThan(limits.clearAfterMs)),
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
    async clearUnfinished() {
      for (const taskId of await readdir(folder)) {
        if (TASK_FOLDER.test(taskId)) await clearUnfinishedOf(taskFolder(taskId));
      }
    },
    async alone(taskId, fileId, signal, work) {
      const place = bytes(taskId, fileId);
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
  const names = new Set(await readdir(taskFolder));
  for (const name of names) {
    const [fileId = ''] = name.split('.');
    const whole = path.join(taskFolder, `${fileId}.bytes`);
    const isDescribed = names.has(`${fileId}.json`);
    const part = isDescribed ? undefined : await findPart(partPathOf(whole));
    if (name.endsWith('.tmp')) await rm(path.join(taskFolder, name), { force: true });
    else if (!isDescribed && part === undefined) {
      await discardPart(whole);
      await rm(path.join(taskFolder, name), { force: true, recursive: true });
    }
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
