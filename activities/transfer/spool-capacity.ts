import { mkdir, statfs } from 'node:fs/promises';

import { ApplicationFailure } from '@temporalio/common';

import { filesBelow } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';

const RETRY_DELAY_MS = 30_000;
/** How long a sample of the disk usage is used; reservations since then count in full. */
const SAMPLE_TTL_MS = 5_000;
/** Of thousands of files it takes so long that it is used for longer: as many times as it took. */
const SAMPLE_TTL_FACTOR = 50;

/** The sizes of all files by path, their sum, and the free bytes of the disk; `until` as `performance.now()`. */
interface UsageSample {
  readonly until: number;
  readonly sizes: ReadonlyMap<string, number>;
  readonly total: number;
  readonly free: number;
}

/** All numbers are bytes. */
export interface CapacityLimits {
  /** The folder of all workers of this host. */
  readonly root: string;
  readonly maxTotalBytes: number;
  readonly keepFree: number;
}

/** Limits the size of the spool folder and keeps space free on its disk. */
export interface SpoolCapacity {
  /** Throws a retryable failure while there is no room, and a permanent one if the file exceeds the limit. */
  reserve(place: string, bytes: number): Promise<void>;
  /** Ends the reservation; from now on the written file counts. */
  release(place: string): void;
}

/** `makeRoom` is called before a reservation is refused, and may remove old files. */
export function createSpoolCapacity(limits: CapacityLimits, makeRoom: () => Promise<void>): SpoolCapacity {
  const { root, maxTotalBytes, keepFree } = limits;
  const reserved = new Map<string, number>();
  /** Of what was reserved since the sample, the bytes that are not in it. */
  const missing = new Map<string, number>();
  let pending = 0;
  let sample: UsageSample | undefined;

  const count = ({ sizes }: UsageSample, file: string, bytes: number): void => {
    const rest = Math.max(0, bytes - (sizes.get(file) ?? 0));
    pending += rest - (missing.get(file) ?? 0);
    missing.set(file, rest);
  };

  const currentUsage = async (): Promise<UsageSample> => {
    const now = performance.now();
    if (sample !== undefined && now < sample.until) return sample;
    // What is released meanwhile may have been seen before its last bytes.
    const atFirst = [...reserved];
    await mkdir(root, { recursive: true });
    const { bavail, bsize } = await statfs(root);
    const files = await filesBelow(root);
    const sizes = new Map(files.map((file) => [file.path, file.bytes]));
    const total = files.reduce((sum, file) => sum + file.bytes, 0);
    const tookMs = performance.now() - now;
    const until = now + Math.max(SAMPLE_TTL_MS, SAMPLE_TTL_FACTOR * tookMs);
    sample = { until, sizes, total, free: bavail * bsize };
    missing.clear();
    pending = 0;
    for (const [file, wanted] of atFirst) count(sample, file, wanted);
    return sample;
  };

  const shortage = async (place: string, bytes: number): Promise<string | undefined> => {
    const { sizes, total, free: sampledFree } = await currentUsage();
    const sampledSize = sizes.get(place) ?? 0;
    const ofOthers = pending - (missing.get(place) ?? 0);
    const used = total - sampledSize + ofOthers;
    if (used + bytes > maxTotalBytes) {
      return `it holds ${sizeInWords(used)} of at most ${sizeInWords(maxTotalBytes)} (worker.spool.maxTotalBytes)`;
    }
    const free = sampledFree - ofOthers;
    if (free - (bytes - sampledSize) >= keepFree) return undefined;
    return `its disk has ${sizeInWords(Math.max(0, free))} free, of which ${sizeInWords(keepFree)} are kept (worker.spool.keepFree)`;
  };

  const reserve = async (place: string, bytes: number): Promise<void> => {
    if (bytes > maxTotalBytes) {
      throw ApplicationFailure.nonRetryable(
        `A file of ${sizeInWords(bytes)} does not fit into this worker’s spool folder, which may hold ${sizeInWords(maxTotalBytes)}. Raise worker.spool.maxTotalBytes in extpost.yaml.`,
        failureTypes.refused,
      );
    }
    let why = await shortage(place, bytes);
    if (why !== undefined) {
      await makeRoom();
      sample = undefined;
      why = await shortage(place, bytes);
    }
    if (why !== undefined)
      throw spoolFullFailure(`There is no space for ${sizeInWords(bytes)} in this worker’s spool folder: ${why}`);
    reserved.set(place, bytes);
    count(await currentUsage(), place, bytes);
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    reserve(place, bytes) {
      // One after the other, because two reservations must not get the same space.
      const mine = last.then(() => reserve(place, bytes));
      last = mine.catch(() => undefined);
      return mine;
    },
    release(place) {
      reserved.delete(place);
    },
  };
}

function spoolFullFailure(why: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${why}. The download waits until there is space, and is tried again in ${RETRY_DELAY_MS / 1000} s.`,
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
