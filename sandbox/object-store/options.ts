import { z } from 'zod';

/** How the stand-in for the object store behaves. */
export const storeSettings = z.strictObject({
  readLifetimeSeconds: z.number().min(0).describe('how long a presigned GET holds'),
  md5Check: z.boolean().describe('refuse bytes whose MD5 is not the announced one'),
  encryption: z
    .enum(['kms', 'none'])
    .describe('what the promise speaks of; with a KMS key the `ETag` is no MD5, though it looks like one'),
  extraUploadHeaders: z
    .record(z.string().regex(/^[a-z0-9-]+$/), z.string())
    .describe('further headers that a PUT must carry, promised with its address'),
});

export type StoreOptions = z.infer<typeof storeSettings>;

/** 12 hours as in docs/reference/creative-force.md#file-addresses. */
export const storeDefaults: StoreOptions = {
  readLifetimeSeconds: 43_200,
  md5Check: true,
  encryption: 'kms',
  extraUploadHeaders: {},
};
