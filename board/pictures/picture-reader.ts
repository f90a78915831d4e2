import type { KeptPicture } from '../../domain/delivery/kept-picture';
import type { TaskReference } from '../../domain/task/task';

/** Reads the pictures that workers have kept. */
export interface PictureReader {
  /** Those of a task; none when the storage does not answer. */
  readonly list: (task: Pick<TaskReference, 'studio' | 'taskId'>) => Promise<readonly KeptPicture[]>;
  /** The bytes of a kept picture; nothing when it is gone. */
  readonly read: (key: string) => Promise<Uint8Array | undefined>;
}

/** Where no worker keeps pictures. */
export const noPictures: PictureReader = {
  list: () => Promise.resolve([]),
  read: () => Promise.resolve(undefined),
};
