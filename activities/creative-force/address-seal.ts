import { hkdfSync } from 'node:crypto';

import { openSealedText, sealText, type UploadAddress } from '../../clients';

/** Closes a presigned address so that it may travel through a workflow's history, and opens it again. */
export interface AddressSeal {
  seal(address: UploadAddress): string;
  /** Throws when the text was sealed with another secret, or changed. */
  unseal(sealed: string): UploadAddress;
  /** The same for an address that is nothing but text. */
  sealText(text: string): string;
  unsealText(sealed: string): string;
}

/**
 * A seal whose key comes from a studio's own client secret, which every worker has anyway: so the gateway's queue can ask
 * for addresses and another worker can use them, and no address with a signature is ever readable in a history.
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
