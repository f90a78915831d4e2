import { ExternalStorage, StorageDriverClaim, type DataConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';

import { filePayloadStore } from './payload-files';

export interface LargePayloadSettings {
  readonly folder: string;
  readonly above: number;
}

/** Part of every reference in a history: renaming it would orphan stored payloads. */
const DRIVER_NAME = 'extpost-files';

const claim = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const stored = z.object({ metadata: z.record(z.string(), z.base64()), data: z.base64() });

/** Stores payloads above a size outside the history, because large ones slow it down and 2 MB are refused. */
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
