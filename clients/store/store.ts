import type { Readable } from 'node:stream';
import { toUSVString } from 'node:util';

/** Bytes, or a stream with its exact length in bytes, which S3 requires. The store destroys the stream, also after an error. */
export type StoreContent = Uint8Array | { readonly stream: Readable; readonly bytes: number };

export interface PutOptions {
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Nothing needs the object, so a folder does not flush it to disk: after a power failure it may be missing or empty. */
  readonly mayBeLost?: boolean | undefined;
}

/** Objects under keys such as `acme/task/brief.md`, complete or not at all. Throws StoreError, StoreKeyError. */
export interface Store {
  /** A folder's path or `s3://bucket/prefix`, for people; not a secret. */
  readonly place: string;
  put(key: string, content: StoreContent, options?: PutOptions): Promise<void>;
  /**
   * Throws UnsafeStoreError where two writers that create the same object at once could both believe that they have. Asked once;
   * `create` asks by itself.
   */
  provesCreate(): Promise<void>;
  /** Whether the key was free and is written. After a lost response `false` may follow its own write: read it then. */
  create(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** The same for a large object; the caller must read or destroy the stream. */
  getStream(key: string): Promise<Readable | undefined>;
  exists(key: string): Promise<boolean>;
  /** Keys with this prefix in ascending order; with `after`, only those behind that key. */
  list(prefix: string, options?: { readonly after?: string | undefined }): AsyncIterable<string>;
  close(): void;
}

/** Its message says what was tried, why it failed, and what to do; it holds no secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The store cannot do what is needed of it, and no later attempt will be different. */
export class UnsafeStoreError extends StoreError {}

export class StoreKeyError extends Error {
  override readonly name = 'StoreKeyError';
}

/** Closes the file of a stream that was not read to its end. */
export function discardContent(content: StoreContent): void {
  if (content instanceof Uint8Array) return;
  // What is wrong with a stream that nobody reads any more is of no interest.
  content.stream.on('error', () => undefined).destroy();
}

const LONGEST_KEY = 900;
const LONGEST_NAME = 240;

const FORBIDDEN = /[\u0000-\u001f\u007f\\:*?"<>|]/;

/** Returns a valid key: names separated by `/`, each valid in every file system and none leading out of the folder. */
export function validatedKey(key: string): string {
  const fault = faultOf(key);
  if (fault === undefined) return key;
  throw new StoreKeyError(`"${key}" cannot be a key of a store: ${fault}.`);
}

function faultOf(key: string): string | undefined {
  if (Buffer.byteLength(key) > LONGEST_KEY) return `it is longer than ${LONGEST_KEY} bytes`;
  if (FORBIDDEN.test(key) || toUSVString(key) !== key) return 'it has a character that not every store can bear';
  for (const name of key.split('/')) {
    if (name === '') return 'a name between its slashes is empty';
    if (name.startsWith('.')) return 'a name in it begins with a dot';
    if (name.endsWith('.') || name.endsWith(' ')) return 'a name in it ends with a dot or a space';
    if (Buffer.byteLength(name) > LONGEST_NAME) return `a name in it is longer than ${LONGEST_NAME} bytes`;
  }
  return undefined;
}
