import type { Store } from '../clients';
import { hashOf, type PayloadStore } from './payload-files';

/** One object per SHA-256, verified on reading. Writing it again renews its age, by which the bucket may remove it. */
export function bucketPayloadStore(store: Pick<Store, 'place' | 'put' | 'get'>): PayloadStore {
  const keyOf = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256}`;
  return {
    async put(bytes) {
      const sha256 = hashOf(bytes);
      await store.put(keyOf(sha256), bytes, { contentType: 'application/json' });
      return sha256;
    },

    async get(sha256) {
      const found = await store.get(keyOf(sha256));
      if (found !== undefined && hashOf(found) === sha256) return Buffer.from(found);
      const what = found === undefined ? 'is not there' : 'is damaged';
      throw new Error(
        `A large payload of this workflow ${what}: ${keyOf(sha256)} in ${store.place}. Every process of extpost must have the same ` +
          'storage, and its objects must be kept as long as their workflows. Restore it from a backup.',
      );
    },
  };
}
