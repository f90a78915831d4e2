import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import type * as AwsS3 from '@aws-sdk/client-s3';
import type { S3 } from '@aws-sdk/client-s3';

import { proveAtomicCreate } from './atomic-create';
import {
  StoreError,
  StoreKeyError,
  UnsafeStoreError,
  discardContent,
  validatedKey,
  type PutOptions,
  type Store,
  type StoreContent,
} from './store';

/** A bucket of an S3-style store. Holds secrets. */
export interface S3StoreSettings {
  readonly bucket: string;
  /** Precedes every key; without a slash at its end. */
  readonly prefix?: string | undefined;
  /** Default: Amazon. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Whether the bucket is in the path of addresses instead of the host name. */
  readonly forcePathStyle?: boolean | undefined;
  /** Both or neither; without them the AWS SDK's usual sources apply: environment, profile, role. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
}

/** The SDK needs a region even for stores without regions. */
const ANY_REGION = 'us-east-1';

const WRITE_ATTEMPTS = 5;
const WRITE_PAUSE_MS = 50;

/** A store that sends nothing for this long counts as not reachable; the SDK itself would wait without end. */
const IDLE_TIMEOUT_MS = 60_000;

const CONNECTION_TIMEOUT_MS = 10_000;

/** A store in a bucket. The SDK makes three attempts, but cannot repeat a stream. */
export function createS3Store(settings: S3StoreSettings, idleTimeoutMs = IDLE_TIMEOUT_MS): Store {
  const Bucket = settings.bucket;
  const prefix = settings.prefix === undefined || settings.prefix === '' ? '' : `${validatedKey(settings.prefix)}/`;
  const place = `s3://${Bucket}/${prefix}`.replace(/\/$/, '');
  const keyOf = (key: string): string => prefix + validatedKey(key);
  let opened: S3 | undefined;
  const open = () => (opened ??= openClient(settings, idleTimeoutMs));
  let proof: Promise<void> | undefined;

  /** `undefined` if there is no such object. */
  async function read<T>(what: string, work: (client: S3) => Promise<T>): Promise<T | undefined> {
    try {
      return await work(open());
    } catch (error) {
      if (statusOf(error) === 404 && !isAboutBucket(error)) return undefined;
      throw toStoreError(error, what, place);
    }
  }

  async function write(key: string, content: StoreContent, options: PutOptions = {}, ifAbsent = false): Promise<void> {
    const condition = ifAbsent ? { IfNoneMatch: '*' } : {};
    try {
      const object = { Bucket, Key: keyOf(key), ContentType: options.contentType, ...bodyOf(content) };
      await open().putObject(
        { ...object, ...condition },
        options.signal === undefined ? {} : { abortSignal: options.signal },
      );
    } finally {
      discardContent(content);
    }
  }

  /** Whether the key was free; what another writer does at the same moment is not looked at. */
  async function createIfAbsent(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write(key, bytes, options, true);
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        // S3's answer to simultaneous writers, which may try again.
        if (statusOf(error) !== 409 || attempt === WRITE_ATTEMPTS) throw toStoreError(error, `write "${key}"`, place);
        await pause(attempt * WRITE_PAUSE_MS * (0.5 + Math.random()), undefined, { signal: options?.signal });
      }
    }
  }

  const get = (key: string): Promise<Uint8Array | undefined> =>
    read(`read "${key}"`, async (client) => {
      const { Body } = await client.getObject({ Bucket, Key: keyOf(key) });
      return await Body?.transformToByteArray();
    });

  async function provesCreate(): Promise<void> {
    proof ??= proveAtomicCreate(place, {
      createIfAbsent,
      get,
      // Without the right to delete they stay, a few bytes each.
      remove: (key) =>
        open()
          .deleteObject({ Bucket, Key: keyOf(key) })
          .then(
            () => undefined,
            () => undefined,
          ),
    });
    try {
      await proof;
    } catch (error) {
      if (!(error instanceof UnsafeStoreError)) proof = undefined;
      throw error;
    }
  }

  return {
    place,
    async put(key, content, options) {
      try {
        await write(key, content, options);
      } catch (error) {
        throw toStoreError(error, `write "${key}"`, place);
      }
    },
    async create(key, bytes, options) {
      await provesCreate();
      if (!(await createIfAbsent(key, bytes, options))) return false;
      const stored = await get(key);
      if (stored !== undefined && Buffer.from(stored).equals(bytes)) return true;
      throw new StoreError(
        `The store ${place} holds other bytes under "${key}" than were created there a moment ago, so another writer has overwritten ` +
          'them. They are written again under another key. Use a store whose If-None-Match holds for simultaneous writers.',
      );
    },
    provesCreate,
    get,
    getStream: (key) =>
      read(`read "${key}"`, async (client) => {
        const { Body } = await client.getObject({ Bucket, Key: keyOf(key) });
        // In Node, always a Node stream.
        return Body as Readable | undefined;
      }),
    exists: async (key) => {
      const found = await read(`look for "${key}"`, (client) => client.headObject({ Bucket, Key: keyOf(key) }));
      return found !== undefined;
    },
    async *list(within, { after } = {}) {
      let StartAfter = after === undefined ? undefined : prefix + after;
      let ContinuationToken: string | undefined;
      for (;;) {
        const request = { Bucket, Prefix: prefix + within, StartAfter, ContinuationToken };
        const page = await read(`list "${within}"`, (client) => client.listObjectsV2(request));
        const keys = (page?.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(prefix.length)]));
        // Some stores ignore where to begin.
        yield* after === undefined ? keys : keys.filter((key) => key > after);
        const token = page?.NextContinuationToken;
        if (token === undefined && page?.IsTruncated !== true) return;
        // A store that only knows the older kind of listing says that there is more, but not by a token.
        const next = token ?? prefix + (keys.at(-1) ?? '');
        if (next === (token === undefined ? StartAfter : ContinuationToken)) {
          throw new StoreError(
            `The store ${place} gives the same page of its listing "${within}" again and again. Update it, or use another store.`,
          );
        }
        ContinuationToken = token;
        if (token === undefined) StartAfter = next;
      }
    },
    close() {
      opened?.destroy();
    },
  };
}

/** Loaded on first use, because loading takes longer than starting a command. */
function openClient(settings: S3StoreSettings, idleTimeoutMs: number): S3 {
  const sdk = createRequire(__filename)('@aws-sdk/client-s3') as typeof AwsS3;
  const { accessKeyId, secretAccessKey, sessionToken, endpoint, region, forcePathStyle } = settings;
  const hasCredentials = accessKeyId !== undefined && secretAccessKey !== undefined;
  const chosenRegion = region ?? (endpoint === undefined ? undefined : ANY_REGION);
  return new sdk.S3({
    ...(chosenRegion !== undefined && { region: chosenRegion }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(hasCredentials && {
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    }),
    requestHandler: { connectionTimeout: Math.min(idleTimeoutMs, CONNECTION_TIMEOUT_MS), socketTimeout: idleTimeoutMs },
    // Many other stores refuse checksums beyond MD5.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** With an MD5, so that the store refuses corrupted bytes. */
function bodyOf(content: StoreContent) {
  if (!(content instanceof Uint8Array)) return { Body: content.stream, ContentLength: content.bytes };
  return {
    Body: content,
    ContentLength: content.byteLength,
    ContentMD5: createHash('md5').update(content).digest('base64'),
  };
}

function isAboutBucket(error: unknown): boolean {
  return (error as { readonly name?: unknown }).name === 'NoSuchBucket';
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Turns an error of the AWS SDK into a StoreError without its message, which may hold what was signed; not an abort. */
function toStoreError(error: unknown, what: string, place: string): unknown {
  if (error instanceof StoreError || error instanceof StoreKeyError) return error;
  const { name = 'no reason given', code } = error as { readonly name?: string; readonly code?: unknown };
  if (name === 'AbortError') return error;
  const status = statusOf(error);
  const reason = status === undefined ? (typeof code === 'string' ? code : name) : `${name}, HTTP ${status}`;
  return new StoreError(`Cannot ${what} in the store ${place} (${reason}): ${advice(name, status)}.`);
}

function advice(name: string, status: number | undefined): string {
  if (name === 'NoSuchBucket') return 'there is no such bucket; create it, or correct the name in extpost.yaml';
  if (name.startsWith('Credentials')) {
    return 'no credentials were found; set accessKeyId and secretAccessKey, or give the machine a role';
  }
  if (name === 'PermanentRedirect' || status === 301) return 'the bucket is in another region; correct the region';
  if (status === 401 || status === 403) {
    return 'the credentials are wrong or lack the right; allow reading, writing and listing of this bucket and prefix';
  }
  if (status === undefined) return 'the store cannot be reached; look at the endpoint, the region and the network';
  return status >= 500 || status === 429
    ? 'the store has trouble of its own; it can be tried again'
    : 'the store refuses the request; look at bucket, region, endpoint and forcePathStyle';
}
