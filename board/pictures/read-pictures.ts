import type { Store } from '../../clients';
import {
  parseKeptPictureKey,
  PICTURE_CONTENT_TYPE,
  pictureFolder,
  type KeptPicture,
} from '../../domain/delivery/kept-picture';

export interface ReadPicture {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The small pictures that workers have kept. A picture may be missing at any time: then words stand in its place. */
export interface PictureReader {
  /** Those of a task. Throws StoreError. */
  list(task: { readonly studio: string; readonly taskId: string }): Promise<KeptPicture[]>;
  /** `undefined` for a key that names none, or one that is not there (any more). Throws StoreError. */
  read(key: string): Promise<ReadPicture | undefined>;
}

/** More are not shown on one page. */
const MOST_PICTURES = 2_000;

/** `store`: the part `pictures` of the storage. */
export function createPictureReader(store: Pick<Store, 'list' | 'get'>): PictureReader {
  return {
    async list(task) {
      const found: KeptPicture[] = [];
      for await (const key of store.list(pictureFolder(task))) {
        const picture = parseKeptPictureKey(key);
        if (picture !== undefined) found.push(picture);
        if (found.length >= MOST_PICTURES) break;
      }
      return found;
    },
    async read(key) {
      if (parseKeptPictureKey(key) === undefined) return undefined;
      const bytes = await store.get(key);
      return bytes && { bytes, contentType: PICTURE_CONTENT_TYPE };
    },
  };
}
