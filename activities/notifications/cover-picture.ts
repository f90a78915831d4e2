import type { Store } from '../../clients';
import {
  coverOf,
  parseKeptPictureKey,
  PICTURE_CONTENT_TYPE,
  pictureFolder,
  type KeptPicture,
} from '../../domain/delivery/kept-picture';
import type { TaskReference } from '../../domain/task/task';

/** The small picture by which a task is recognised; `undefined` when none is kept. */
export type ReadCover = (
  task: Pick<TaskReference, 'studio' | 'taskId'>,
) => Promise<{ readonly bytes: Uint8Array; readonly contentType: string } | undefined>;

const MOST_LISTED = 200;

/** `store`: the part `pictures` of the storage. Throws what the store throws. */
export function createCoverReader(store: Pick<Store, 'list' | 'get'>): ReadCover {
  return async (task) => {
    const kept: KeptPicture[] = [];
    for await (const key of store.list(pictureFolder(task))) {
      const picture = parseKeptPictureKey(key);
      if (picture !== undefined) kept.push(picture);
      if (kept.length >= MOST_LISTED) break;
    }
    const cover = coverOf(kept);
    const bytes = cover && (await store.get(cover.key));
    // A power failure may leave an empty file.
    return bytes && bytes.byteLength > 0 ? { bytes, contentType: PICTURE_CONTENT_TYPE } : undefined;
  };
}
