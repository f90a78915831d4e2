import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { LRUCache } from 'lru-cache';

import { downloadToFile, type Store } from '../../../clients';
import { keptPictureKey, PICTURE_CONTENT_TYPE, type PictureSubject } from '../../../domain/delivery/kept-picture';
import { decoderInThisProcess, type PictureDecoder } from '../process/picture-decoder';
import { isNotShown, NotShown } from './not-shown';

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
  /** Somebody may have to choose by such a picture, so they go first. */
  keepFrom(task: TaskOfPicture, subject: PictureSubject, source: PictureSource): void;
  /** Resolves when nothing is left to do. */
  settled(): Promise<void>;
}

/** One that waits while many others do would come too late to be of use. */
const MOST_WAITING = 1_000;
const MOST_REMEMBERED = 5_000;
/** With little of the processor, as long as deliveries need it. */
const TIME_LIMIT_MS = 60_000;
/** A render of this size is no preview. */
const MOST_FETCHED_BYTES = 50_000_000;
const MOST_STORED_BYTES = 1_000_000;

interface Work {
  /** The same for the same picture. */
  readonly name: string;
  readonly make: (signal: AbortSignal) => Promise<void>;
}

export function createPictureKeeper(settings: PictureKeeperSettings): PictureKeeper {
  const { store, folder, decoder = decoderInThisProcess, onOutcome, timeLimitMs = TIME_LIMIT_MS } = settings;
  /** What waits, is being made or was kept; the same again would be the same picture. */
  const known = new LRUCache<string, true>({ max: MOST_REMEMBERED });
  const urgent: Work[] = [];
  const others: Work[] = [];
  let working: Promise<void> | undefined;
  const nameOf = (suffix: string): string => path.join(folder, `${randomUUID()}${suffix}`);

  const workOff = async (): Promise<void> => {
    for (let work = urgent.shift() ?? others.shift(); work !== undefined; work = urgent.shift() ?? others.shift()) {
      try {
        await work.make(AbortSignal.timeout(timeLimitMs));
        onOutcome('kept');
      } catch (error) {
        if (!isNotShown(error)) known.delete(work.name);
        onOutcome(isNotShown(error) ? 'left out' : 'failed', error);
      }
    }
    working = undefined;
  };
  /** One after the other, because deliveries need the processor more. */
  const enqueue = (queue: Work[], work: Work): void => {
    queue.push(work);
    working ??= workOff();
  };
  /** Whether a picture is to be made; one that comes while too many wait is left out. */
  const isWanted = (name: string): boolean => {
    if (known.has(name)) return false;
    if (urgent.length + others.length + (working === undefined ? 0 : 1) >= MOST_WAITING) {
      onOutcome('left out');
      return false;
    }
    known.set(name, true);
    return true;
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
        const options = { contentType: PICTURE_CONTENT_TYPE, signal, mayBeLost: true };
        await store.put(keptPictureKey(task, subject, size), bytes, options);
      }
    } finally {
      await rm(small, { force: true });
    }
  };

  return {
    async keepFile(task, subjects, file, maxPixels) {
      const name = JSON.stringify([task.studio, task.taskId, subjects]);
      if (!isWanted(name)) return;
      const own = nameOf('.file');
      try {
        // A second name costs nothing, and stays when the spool is cleared.
        await link(file, own).catch(async () => {
          await mkdir(folder, { recursive: true });
          await link(file, own);
        });
      } catch (error) {
        known.delete(name);
        onOutcome('failed', error);
        return;
      }
      const make = async (signal: AbortSignal): Promise<void> => {
        try {
          await keep(task, subjects, { file: own, maxPixels }, signal);
        } finally {
          await rm(own, { force: true });
        }
      };
      enqueue(others, { name, make });
    },

    keepFrom(task, subject, { url, version, allowLoopback, maxPixels }) {
      const name = JSON.stringify([task.studio, task.taskId, subject, version]);
      if (!isWanted(name)) return;
      const make = async (signal: AbortSignal): Promise<void> => {
        const file = nameOf('.fetched');
        try {
          await mkdir(folder, { recursive: true });
          await downloadToFile({ url, path: file, maxBytes: MOST_FETCHED_BYTES, allowLoopback, signal });
          await keep(task, [subject], { file, maxPixels }, signal);
        } finally {
          await rm(file, { force: true });
        }
      };
      enqueue(urgent, { name, make });
    },

    async settled() {
      while (working !== undefined) await working;
    },
  };
}

/** Where nothing is kept: `storage.pictures` is off, or a test has no use for pictures. */
export const noPictures: PictureKeeper = {
  keepFile: () => Promise.resolve(),
  keepFrom: () => undefined,
  settled: () => Promise.resolve(),
};
