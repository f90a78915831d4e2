import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import type { UploadAddress } from '../../clients';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'extpost presigned address', 32));
  const sealText = (text: string): string => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), closed]).toString('base64');
  };
  const unsealText = (sealed: string): string => {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  };
  return {
    seal: (address) => sealText(JSON.stringify(address)),
    unseal: (sealed) => JSON.parse(unsealText(sealed)) as UploadAddress,
    sealText,
    unsealText,
  };
}
