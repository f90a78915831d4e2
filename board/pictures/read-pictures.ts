import type { Logger } from 'pino';

import { StoreError, type Store } from '../../clients';
import { parseKeptPictureKey, type KeptPicture } from '../../domain/delivery/kept-picture';
import { storedFolder } from '../../domain/task/stored-folder';
import type { TaskReference } from '../../domain/task/task';

/** Reads the pictures that workers have kept. Any of them may be missing at any time: then words stand in its place. */
export interface PictureReader {
  /** Those of a task; none when the storage does not answer. */
  readonly list: (task: Pick<TaskReference, 'studio' | 'taskId'>) => Promise<readonly KeptPicture[]>;
  /** The bytes of a kept picture; nothing when it is gone, or when the storage does not answer. */
  readonly read: (key: string) => Promise<Uint8Array | undefined>;
}

/** Where no worker keeps pictures. */
export const noPictures: PictureReader = {
  list: () => Promise.resolve([]),
  read: () => Promise.resolve(undefined),
};

/** More are not shown on one page. */
const MOST_PICTURES = 2_000;

/** `store`: the part `pictures` of the storage. */
export function createPictureReader(store: Pick<Store, 'list' | 'get'>, logger: Pick<Logger, 'warn'>): PictureReader {
  const orWarn = <T>(otherwise: T, work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      logger.warn({ err: error }, 'Pictures are not available now.');
      return otherwise;
    });
  return {
    list: (task) =>
      orWarn([], async () => {
        const found: KeptPicture[] = [];
        for await (const key of store.list(storedFolder(task))) {
          const picture = parseKeptPictureKey(key);
          if (picture !== undefined) found.push(picture);
          if (found.length >= MOST_PICTURES) break;
        }
        return found;
      }),
    read: (key) =>
      orWarn(undefined, async () => {
        const bytes = parseKeptPictureKey(key) === undefined ? undefined : await store.get(key);
        // A power failure may leave an empty file.
        return bytes?.byteLength === 0 ? undefined : bytes;
      }),
  };
}
