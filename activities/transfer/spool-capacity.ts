import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';

/** Room comes back when a task is delivered, which takes seconds to minutes. */
const RETRY_DELAY_MS = 30_000;
/** How long a look at all files of the folder and at its disk holds; what was set aside since then counts in full meanwhile. */
const SAMPLE_TTL_MS = 5_000;

/** What the folder holds, by path, and what its disk has free, in bytes; `at` by `performance.now()`. */
interface UsageSample {
  readonly at: number;
  readonly sizes: ReadonlyMap<string, number>;
  /** The sum of all sizes. */
  readonly total: number;
  readonly free: number;
}

/** All numbers are bytes. */
export interface CapacityLimits {
  /** The folder whose files count: that of all workers of this host. */
  readonly root: string;
  readonly maxTotalBytes: number;
  readonly keepFree: number;
}

/** Keeps a folder from growing over its limit, and the disk from filling up. */
export interface SpoolCapacity {
  /**
   * Sets so many bytes aside for the file at `place`. Throws a failure that is tried again while there is no room, and one
   * for good when the file is larger than all the room there may be.
   */
  reserve(place: string, bytes: number): Promise<void>;
  /** Gives back what was set aside; what was written counts by itself. */
  release(place: string): void;
}

/** `makeRoom` is called once before a file is refused: it may remove what nobody needs any more. */
export function createSpoolCapacity(limits: CapacityLimits, makeRoom: () => Promise<void>): SpoolCapacity {
  const { root, maxTotalBytes, keepFree } = limits;
  const reserved = new Map<string, number>();
  const sinceLook = new Map<string, number>();
  let look: UsageSample | undefined;

  const lookOfLate = async (): Promise<UsageSample> => {
    if (look !== undefined && performance.now() - look.at < SAMPLE_TTL_MS) return look;
    const at = performance.now();
    sinceLook.clear();
    for (const [file, bytes] of reserved) sinceLook.set(file, bytes);
    await mkdir(root, { recursive: true });
    const { bavail, bsize } = await statfs(root);
    const sizes = await sizesBelow(root);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    look = { at, sizes, total, free: bavail * bsize };
    return look;
  };

  const whyNot = async (place: string, bytes: number): Promise<string | undefined> => {
    const { sizes, total, free: freeThen } = await lookOfLate();
    const sizeThen = (file: string): number => sizes.get(file) ?? 0;
    let stillToCome = 0;
    for (const [file, wanted] of sinceLook) if (file !== place) stillToCome += Math.max(0, wanted - sizeThen(file));
    const used = total - sizeThen(place) + stillToCome;
    if (used + bytes > maxTotalBytes) {
      return `it holds ${sizeInWords(used)} of at most ${sizeInWords(maxTotalBytes)} (worker.spool.maxTotalBytes)`;
    }
    const free = freeThen - stillToCome;
    const missing = bytes - sizeThen(place);
    if (free - missing >= keepFree) return undefined;
    return `its disk has ${sizeInWords(Math.max(0, free))} free, of which ${sizeInWords(keepFree)} are kept (worker.spool.keepFree)`;
  };

  const reserve = async (place: string, bytes: number): Promise<void> => {
    if (bytes > maxTotalBytes) {
      throw ApplicationFailure.nonRetryable(
        `A file of ${sizeInWords(bytes)} can never lie in this worker’s spool folder, which may hold ${sizeInWords(maxTotalBytes)}. Raise worker.spool.maxTotalBytes in extpost.yaml.`,
        failureTypes.refused,
      );
    }
    let why = await whyNot(place, bytes);
    if (why !== undefined) {
      await makeRoom();
      look = undefined;
      why = await whyNot(place, bytes);
    }
    if (why !== undefined)
      throw spoolFullFailure(`There is no room for ${sizeInWords(bytes)} in this worker’s spool folder: ${why}`);
    reserved.set(place, bytes);
    sinceLook.set(place, bytes);
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    reserve(place, bytes) {
      // One after the other, else two could be given the same room.
      const mine = last.then(() => reserve(place, bytes));
      last = mine.catch(() => undefined);
      return mine;
    },
    release(place) {
      reserved.delete(place);
    },
  };
}

/** The download waits, for what fills the disk now goes away when it is delivered. */
function spoolFullFailure(why: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${why}. The download waits until there is room, and is tried again in ${RETRY_DELAY_MS / 1000} s.`,
    type: failureTypes.spoolFull,
    nextRetryDelay: RETRY_DELAY_MS,
  });
}

/** A full disk, or a used-up quota, as a failure that waits for room; any other error unchanged. */
export function diskFullAsFailure(error: unknown): unknown {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException).code));
  return isFull ? spoolFullFailure('The disk of this worker’s spool folder is full') : error;
}

function sizeInWords(bytes: number): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(0)} MB`;
}

/** Sizes of all files below a folder, by path. What vanishes meanwhile does not count. */
async function sizesBelow(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return new Map(files.map((file, index) => [file, sizes[index] ?? 0]));
}
