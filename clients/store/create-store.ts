import { createFolderStore, type Readers } from './folder-store';
import { createS3Store, type S3StoreSettings } from './s3-store';
import type { Store } from './store';

/** Exactly one of the two is set. */
export interface StoreSettings {
  readonly folder?: string | undefined;
  readonly s3?: S3StoreSettings | undefined;
}

/** Nothing is read or written before the first use. `readers`: of what is in a folder; a bucket has rules of its own. */
export function createStore({ folder, s3 }: StoreSettings, options: { readonly readers?: Readers } = {}): Store {
  if (s3 !== undefined) return createS3Store(s3);
  if (folder !== undefined) return createFolderStore(folder, options);
  throw new Error('A store needs a folder or s3 in its setting; it has neither.');
}
