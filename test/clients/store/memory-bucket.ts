import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import type { Store } from '../../../clients';

/**
 * The store of a bucket in memory, with the objects of an {@link S3StandIn}: what S3 does for a store, without the AWS SDK, which
 * takes several milliseconds for each request.
 */
export function memoryBucket(objects: Map<string, Buffer>, prefix: string): Store {
  const at = (key: string): string => `${prefix}/${key}`;
  const get = async (key: string): Promise<Buffer | undefined> => {
    await setImmediate();
    return objects.get(at(key));
  };
  return {
    place: `s3://works/${prefix}`,
    async put(key, content) {
      await setImmediate();
      const bytes = content instanceof Uint8Array ? content : Buffer.concat(await content.stream.toArray());
      objects.set(at(key), Buffer.from(bytes));
    },
    provesCreate: () => Promise.resolve(),
    async create(key, bytes) {
      await setImmediate();
      if (objects.has(at(key))) return false;
      objects.set(at(key), Buffer.from(bytes));
      return true;
    },
    get,
    getStream: async (key) => {
      const bytes = await get(key);
      return bytes && Readable.from([bytes]);
    },
    exists: async (key) => (await get(key)) !== undefined,
    async *list(within, { after = '' } = {}) {
      await setImmediate();
      const keys = [...objects.keys()].filter((key) => key.startsWith(at(within)) && key > at(after));
      for (const key of keys.sort()) yield key.slice(prefix.length + 1);
    },
    close: () => undefined,
  };
}
