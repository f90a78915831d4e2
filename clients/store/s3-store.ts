import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';

import type * as AwsS3 from '@aws-sdk/client-s3';

import { toStoreError, statusOf } from './s3-error';
import { StoreError, type PutOptions, type Store, type StoreContent } from './store';
import { validatedKey } from './store-key';

/** A bucket of an S3-style store. Holds secrets. */
export interface S3StoreSettings {
  readonly bucket: string;
  /** Stands before every key, without a slash at its end. */
  readonly prefix?: string | undefined;
  /** Absent means Amazon's own. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Whether the bucket stands in the path of addresses instead of the host's name. */
  readonly forcePathStyle?: boolean | undefined;
  /** Both or none; none means that the AWS SDK's usual places are asked: environment, profile, the machine's role. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
}

/** Without a region Amazon's SDK refuses to work, also with stores that know none. */
const ANY_REGION = 'us-east-1';

/** A store in a bucket. The SDK repeats what failed in passing (3 attempts); streams cannot be sent again, their caller can. */
export function createS3Store(settings: S3StoreSettings): Store {
  const { bucket } = settings;
  const prefix = settings.prefix === undefined || settings.prefix === '' ? '' : `${validatedKey(settings.prefix)}/`;
  const place = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  const keyOf = (key: string): string => prefix + validatedKey(key);
  let opened: { sdk: Sdk; client: AwsS3.S3Client } | undefined;
  const open = () => (opened ??= openClient(settings));
  let conditions: Promise<void> | undefined;

  /** Runs one request; `undefined` where the store says that there is no such object. */
  async function asking<T>(
    what: string,
    work: (sdk: Sdk, client: AwsS3.S3Client) => Promise<T>,
  ): Promise<T | undefined> {
    const { sdk, client } = open();
    try {
      return await work(sdk, client);
    } catch (error) {
      if (statusOf(error) === 404 && !isAboutBucket(error)) return undefined;
      throw toStoreError(error, what, place);
    }
  }

  async function write(key: string, content: StoreContent, options: PutOptions = {}, ifAbsent = false): Promise<void> {
    const { sdk, client } = open();
    const request = new sdk.PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(key),
      ...bodyOf(content),
      ...(options.contentType !== undefined && { ContentType: options.contentType }),
      ...(ifAbsent && { IfNoneMatch: '*' }),
    });
    await client.send(request, options.signal === undefined ? {} : { abortSignal: options.signal });
  }

  async function createIfAbsent(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write(key, bytes, options, true);
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        // Amazon's answer to writers at the same moment, with the advice to try again.
        if (statusOf(error) !== 409 || attempt === CONFLICTS) throw toStoreError(error, `write "${key}"`, place);
      }
    }
  }

  /** A store that does not know `If-None-Match` would let one writer overwrite another; found out before it matters. */
  async function requireConditions(): Promise<void> {
    const probe = new TextEncoder().encode('Shows extpost that this store refuses to overwrite. It may be deleted.\n');
    if (!(await createIfAbsent(CONDITION_PROBE, probe)) || !(await createIfAbsent(CONDITION_PROBE, probe))) return;
    throw new StoreError(
      `The store ${place} ignores the header If-None-Match, so two writers could overwrite each other. ` +
        'Update the store, or use a folder or another store.',
    );
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
      conditions ??= requireConditions();
      try {
        await conditions;
      } catch (error) {
        conditions = undefined;
        throw error;
      }
      return await createIfAbsent(key, bytes, options);
    },
    get: (key) =>
      asking(`read "${key}"`, async (sdk, client) => {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf(key) }));
        return await Body?.transformToByteArray();
      }),
    getStream: (key) =>
      asking(`read "${key}"`, async (sdk, client) => {
        const answer: AwsS3.GetObjectCommandOutput = await client.send(
          new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf(key) }),
        );
        // In Node the body is always a Node stream.
        return answer.Body as Readable | undefined;
      }),
    exists: async (key) =>
      (await asking(`look for "${key}"`, async (sdk, client) => {
        await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: keyOf(key) }));
        return true;
      })) ?? false,
    async *list(within, { after } = {}) {
      let token: string | undefined;
      do {
        const page = await asking(`list "${within}"`, (sdk, client) =>
          client.send(
            new sdk.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix + within,
              ...(after !== undefined && { StartAfter: prefix + after }),
              ...(token !== undefined && { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key } of page?.Contents ?? []) if (Key !== undefined) yield Key.slice(prefix.length);
        token = page?.NextContinuationToken;
      } while (token !== undefined);
    },
    close() {
      opened?.client.destroy();
    },
  };
}

type Sdk = typeof AwsS3;

/** How often one write may meet another at the same moment. */
const CONFLICTS = 5;

const CONDITION_PROBE = 'extpost-refuses-to-overwrite.txt';

/** Loading the SDK takes longer than starting a command, so it is loaded only where a bucket is used. */
function openClient(settings: S3StoreSettings): { sdk: Sdk; client: AwsS3.S3Client } {
  const sdk = createRequire(__filename)('@aws-sdk/client-s3') as Sdk;
  const { accessKeyId, secretAccessKey, sessionToken, endpoint, region, forcePathStyle } = settings;
  const client = new sdk.S3Client({
    ...(region !== undefined && { region }),
    ...(region === undefined && endpoint !== undefined && { region: ANY_REGION }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
    // Checksums beyond MD5 are refused by many stores that are not Amazon's.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}

/** Bytes at hand carry their MD5, so that the store refuses them when they were changed on the way. */
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
