import type { Readable } from 'node:stream';

/** What is put: bytes that are at hand, or a stream with its exact length in bytes (S3-style stores take no other). */
export type StoreContent = Uint8Array | { readonly stream: Readable; readonly bytes: number };

export interface PutOptions {
  /** Told to stores that keep it, for whoever opens the object in a browser. */
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A place for whole objects under keys such as `acme/task/brief.md`: a folder, or a bucket of an S3-style store. A key
 * is one or more names parted by `/`; {@link validatedKey} says which. An object appears whole or not at all.
 *
 * @throws StoreError when the place cannot be used; StoreKeyError when a key is none
 */
export interface Store {
  /** Where this is, for people: a folder's path, or `s3://bucket/prefix`. No secret is in it. */
  readonly place: string;
  /** Writes an object, or replaces it. */
  put(key: string, content: StoreContent, options?: PutOptions): Promise<void>;
  /**
   * Writes an object unless there is one under this key; says whether it did. Of several at once, one does. After a lost
   * answer it may say `false` of its own write: whoever must know reads the object.
   */
  create(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean>;
  /** The bytes of an object; `undefined` when there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** The same for an object that may be large. Whoever asked must read or destroy the stream. */
  getStream(key: string): Promise<Readable | undefined>;
  exists(key: string): Promise<boolean>;
  /**
   * Keys in ascending order that begin with the prefix, which may end inside a name; an empty one lists all.
   * With `after`, only those behind that key.
   */
  list(prefix: string, options?: { readonly after?: string | undefined }): AsyncIterable<string>;
  /** Lets go of connections. */
  close(): void;
}

/** A store could not be used: its message says which, what was tried, why, and what to do. Holds no secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** A key that is none, whoever made it up. */
export class StoreKeyError extends Error {
  override readonly name = 'StoreKeyError';
}
