import { ExternalStorage, StorageDriverClaim, type DataConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';

import { filePayloadStore } from './payload-files';

/** Where large payloads are stored, and from how many bytes on. */
export interface LargePayloadSettings {
  readonly folder: string;
  readonly above: number;
}

/** Part of every reference in a history: renaming it would orphan stored payloads. */
const DRIVER_NAME = 'extpost-files';

const claim = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const stored = z.object({ metadata: z.record(z.string(), z.base64()), data: z.base64() });

/**
 * The data converter of all clients and workers: large payloads are stored outside the history, which holds only their
 * SHA-256. Temporal refuses payloads of 2 MB, and large ones slow a history down earlier.
 */
export function createDataConverter({ folder, above }: LargePayloadSettings): DataConverter {
  const store = filePayloadStore(folder);
  return {
    externalStorage: new ExternalStorage({
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
    }),
  };
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
