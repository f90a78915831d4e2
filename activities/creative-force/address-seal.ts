import { hkdfSync } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { openSealedBytes, sealBytes, type UploadAddress } from '../../clients';

/** What a sealed text is for. It opens for nothing else, so that one cannot be passed off as another in a history. */
export interface SealScope {
  readonly taskId: string;
  readonly purpose: 'upload' | 'input' | 'render' | 'supplied file';
}

/** Encrypts presigned addresses for the history (docs/decisions/0001-presigned-addresses-are-sealed.md). */
export interface AddressSeal {
  seal(text: string, scope: SealScope): string;
  /** `undefined` when the text was sealed with another secret or for another scope, or was changed: a fresh address has to be asked for. */
  open(sealed: string, scope: SealScope): string | undefined;
}

/** The key derives from the client secret, which every worker has, so one can open what another one sealed. */
export function createAddressSeal(secret: string): AddressSeal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'extpost presigned address', 32));
  return {
    seal: (text, scope) =>
      // Compressed, because several addresses of one host have most of their characters in common.
      sealBytes(key, deflateRawSync(text), boundTo(scope)).toString('base64'),
    open: (sealed, scope) => {
      try {
        return inflateRawSync(openSealedBytes(key, Buffer.from(sealed, 'base64'), boundTo(scope))).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

function boundTo({ taskId, purpose }: SealScope): string {
  return JSON.stringify(['extpost presigned address', purpose, taskId.toLowerCase()]);
}

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
