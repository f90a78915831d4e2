import { createHash } from 'node:crypto';
import type { Upload, World } from '../world';

/** The signature of a presigned read: it covers path and expiry, as S3's does. */
export function readSignature(world: World, path: string, expiresAt: number): string {
  return createHash('sha256').update(`${world.settings.seed}:${path}:${expiresAt}`).digest('hex');
}

/** A presigned address to read `path`, by default for 12 hours (docs/reference/creative-force.md#file-addresses). */
export function presignedRead(world: World, path: string): string {
  const { readLifetimeSeconds } = world.settings.store;
  const expiresAt = world.now() + readLifetimeSeconds * 1000;
  const signature = readSignature(world, path, expiresAt);
  return `${world.addresses.store}${path}?X-Amz-Expires=${readLifetimeSeconds}&x-expires-at=${expiresAt}&X-Amz-Signature=${signature}`;
}

export function storedFileAddress(world: World, upload: Upload): string {
  return presignedRead(world, `/t/${upload.assetId}/${encodeURIComponent(upload.fileName)}`);
}
