import { hkdfSync } from 'node:crypto';

import { openSealedText, sealText, type UploadAddress } from '../../clients';

/**
 * Encrypts presigned addresses, so that they can be part of a workflow's history
 * (docs/decisions/0001-presigned-addresses-are-sealed.md).
 */
export interface AddressSeal {
  seal(address: UploadAddress): string;
  /** Throws if the text was sealed with another secret, or was changed. */
  unseal(sealed: string): UploadAddress;
  sealText(text: string): string;
  unsealText(sealed: string): string;
}

/**
 * Creates a seal whose key derives from the studio's client secret. Every worker has it, so one worker can request an
 * address and another one use it.
 */
export function createAddressSeal(secret: string): AddressSeal {
  const purpose = 'extpost presigned address';
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const seal = (text: string): string => sealText(key, text, purpose).toString('base64');
  const unsealText = (sealed: string): string => openSealedText(key, Buffer.from(sealed, 'base64'), purpose);
  return {
    seal: (address) => seal(JSON.stringify(address)),
    unseal: (sealed) => JSON.parse(unsealText(sealed)) as UploadAddress,
    sealText: seal,
    unsealText,
  };
}
