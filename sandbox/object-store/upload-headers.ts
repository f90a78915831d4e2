import type { World } from '../world';

const kmsHeaders = {
  'x-amz-server-side-encryption': 'aws:kms',
  'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-west-1:000000000000:key/5a4d0a0e-sandbox',
};

/** Every upload must carry these, as promised with its address (docs/reference/creative-force.md#presigned-uploads). */
export function uploadHeaders({ settings: { store } }: World): Readonly<Record<string, string>> {
  return { ...(store.encryption === 'kms' && kmsHeaders), ...store.extraUploadHeaders };
}
