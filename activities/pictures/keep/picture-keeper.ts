import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { downloadToFile, type Store } from '../../../clients';
import { keptPictureKey, PICTURE_CONTENT_TYPE, type PictureSubject } from '../../../domain/delivery/kept-picture';
import { decoderInThisProcess, type PictureDecoder } from '../process/picture-decoder';
import { isNotShown, NotShown } from './shrink-picture';

/** `left out`: not a picture, too large, or too much to do; `failed`: the storage, the disk or the network. */
export type PictureOutcome = 'kept' | 'left out' | 'failed';

export interface PictureKeeperSettings {
  /** Where pictures are kept. */
  readonly store: Pick<Store, 'put'>;
  /** A folder of this worker alone, on the disk of its spool. What a killed worker has left there is to be removed before. */
  readonly folder: string;
  /** By default in this process, which a hostile file takes with it. */
  readonly decoder?: Pick<PictureDecoder, 'shrink'>;
  readonly onOutcome: (outcome: PictureOutcome, error?: unknown) => void;
  readonly timeLimitMs?: number;
}

interface TaskOfPicture {
  readonly studio: string;
  readonly taskId: string;
}

interface PictureSource {
  /** A secret. */
  readonly url: string;
  /** What Celtra calls the pixels: the same ones are fetched once. */
  readonly version: string | undefined;
  readonly allowLoopback: boolean | undefined;
  readonly maxPixels: number | undefined;
}

/** Keeps small pictures for people to look at. Nothing waits for it, and its failures are only counted. */
export interface PictureKeeper {
  /** Takes note of a file at once, so that it may be removed afterwards. */
  keepFile(
    task: TaskOfPicture,
    subjects: readonly PictureSubject[],
    file: string,
    maxPixels: number | undefined,
  ): Promise<void>;
  keepFrom(task: TaskOfPicture, subject: PictureSubject, source: PictureSource): void;
  /** Resolves when nothing is left to do. */
  settled(): Promise<void>;
}

/** One that waits while many others do would come too late to be of use. */
const MOST_WAITING = 1_000;
const MOST_REMEMBERED = 5_000;
const TIME_LIMIT_MS = 30_000;
/** A render of this size is no preview. */
const MOST_FETCHED_BYTES = 50_000_000;
const MOST_STORED_BYTES = 1_000_000;

export function createPictureKeeper(settings: PictureKeeperSettings): PictureKeeper {
  const { store, folder, decoder = decoderInThisProcess, onOutcome, timeLimitMs = TIME_LIMIT_MS } = settings;
  const fetched = new Set<string>();
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const nameOf = (suffix: string): string => path.join(folder, `${randomUUID()}${suffix}`);

  /** One after the other, because deliveries need the processor more. */
  const enqueue = (work: (signal: AbortSignal) => Promise<void>): void => {
    waiting += 1;
    last = last.then(async () => {
      try {
        await work(AbortSignal.timeout(timeLimitMs));
        onOutcome('kept');
      } catch (error) {
        onOutcome(isNotShown(error) ? 'left out' : 'failed', error);
      } finally {
        waiting -= 1;
      }
    });
  };

  const keep = async (
    task: TaskOfPicture,
    subjects: readonly PictureSubject[],
    { file, maxPixels }: { readonly file: string; readonly maxPixels: number | undefined },
    signal: AbortSignal,
  ): Promise<void> => {
    const small = nameOf('.webp');
    try {
      const size = await decoder.shrink(file, small, { maxPixels }, signal);
      const bytes = await readFile(small);
      if (bytes.byteLength > MOST_STORED_BYTES) throw new NotShown('is too large also when it is small');
      for (const subject of subjects) {
        await store.put(keptPictureKey(task, subject, size), bytes, { contentType: PICTURE_CONTENT_TYPE, signal });
      }
    } finally {
      await rm(small, { force: true });
    }
  };

  return {
    async keepFile(task, subjects, file, maxPixels) {
      if (waiting >= MOST_WAITING) {
        onOutcome('left out');
        return;
      }
      const own = nameOf('.file');
      try {
        await mkdir(folder, { recursive: true });
        // A second name costs nothing, and stays when the spool is cleared.
        await link(file, own);
      } catch (error) {
        onOutcome('failed', error);
        return;
      }
      enqueue(async (signal) => {
        try {
          await keep(task, subjects, { file: own, maxPixels }, signal);
        } finally {
          await rm(own, { force: true });
        }
      });
    },

    keepFrom(task, subject, { url, version, allowLoopback, maxPixels }) {
      const known = JSON.stringify([task.studio, task.taskId, subject, version]);
      if (fetched.has(known)) return;
      if (waiting >= MOST_WAITING) {
        onOutcome('left out');
        return;
      }
      if (fetched.size >= MOST_REMEMBERED) fetched.clear();
      fetched.add(known);
      enqueue(async (signal) => {
        const file = nameOf('.fetched');
        try {
          await mkdir(folder, { recursive: true });
          await downloadToFile({ url, path: file, maxBytes: MOST_FETCHED_BYTES, allowLoopback, signal });
          await keep(task, [subject], { file, maxPixels }, signal);
        } finally {
          await rm(file, { force: true });
        }
      });
    },

    async settled() {
      for (let known; known !== last;) {
        known = last;
        await known;
      }
    },
  };
}

/** Where nothing is kept: `storage.pictures` is off, or a test has no use for pictures. */
export const noPictures: PictureKeeper = {
  keepFile: () => Promise.resolve(),
  keepFrom: () => undefined,
  settled: () => Promise.resolve(),
};
