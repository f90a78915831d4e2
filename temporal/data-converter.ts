import { ExternalStorage, StorageDriverClaim, type DataConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';

import { createStore, type StoreSettings } from '../clients';
import { createPayloadEncryption } from './payload-encryption';
import { createPayloadStore } from './payload-store';

export interface LargePayloadSettings {
  /** A folder or a bucket. */
  readonly store: StoreSettings;
  /** Bytes. */
  readonly above: number;
}

/** Part of every reference in a history: renaming it would orphan stored payloads. */
const DRIVER_NAME = 'extpost-files';

const claim = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const stored = z.object({ metadata: z.record(z.string(), z.base64()), data: z.base64() });

export interface DataConverterSettings {
  readonly largePayloads?: LargePayloadSettings | undefined;
  /** Secrets; none means that Temporal holds everything in clear text. */
  readonly encryptionKeys?: readonly string[] | undefined;
}

/** The same for all clients and workers. Payloads are encrypted first, so what is stored outside is encrypted, too. */
export function createDataConverter({ largePayloads, encryptionKeys = [] }: DataConverterSettings): DataConverter {
  return {
    ...(encryptionKeys.length > 0 && {
      payloadCodecs: [createPayloadEncryption(encryptionKeys)],
      failureConverterPath: require.resolve('./failure-converter'),
    }),
    ...(largePayloads && { externalStorage: storageOutside(largePayloads) }),
  };
}

/** Stores payloads above a size outside the history, because large ones slow it down and 2 MB are refused. */
function storageOutside({ store: place, above }: LargePayloadSettings): ExternalStorage {
  // Commands write payloads as well, and leave the umask to the user.
  const store = createPayloadStore(createStore(place, { readers: 'owner' }));
  return new ExternalStorage({
    payloadSizeThreshold: above,
    drivers: [
      {
        name: DRIVER_NAME,
        type: 'extpost.content-addressed',
        store: (_context, payloads) =>
          Promise.all(
            payloads.map(async (payload) => new StorageDriverClaim({ sha256: await store.put(written(payload)) })),
          ),
        retrieve: (_context, claims) =>
          Promise.all(claims.map(async ({ claimData }) => read(await store.get(claim.parse(claimData).sha256)))),
      },
    ],
  });
}

function written({ metadata, data }: Payload): Buffer {
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const entries = Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)] as const);
  return Buffer.from(JSON.stringify({ metadata: Object.fromEntries(entries), data: base64(data) }));
}

function read(bytes: Buffer): Payload {
  const { metadata, data } = stored.parse(JSON.parse(bytes.toString()));
  const entries = Object.entries(metadata).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}
