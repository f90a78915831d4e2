import type { UploadAddress } from '../../clients';
import type { AddressSeal } from './address-seal';

export type UploadTarget = Pick<UploadAddress, 'url' | 'headers'>;

/** Seals where a file of a task is uploaded to, for that task alone. */
export function sealUploadAddress(seal: AddressSeal, taskId: string, { url, headers }: UploadTarget): string {
  return seal.seal(JSON.stringify({ url, headers } satisfies UploadTarget), { taskId, purpose: 'upload' });
}

/** `undefined` when it cannot be opened: a fresh address has to be asked for. */
export function openUploadAddress(seal: AddressSeal, taskId: string, sealed: string): UploadTarget | undefined {
  const opened = seal.open(sealed, { taskId, purpose: 'upload' });
  return opened === undefined ? undefined : (JSON.parse(opened) as UploadTarget);
}
