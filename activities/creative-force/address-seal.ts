import { hkdfSync } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { openSealedBytes, sealBytes, type UploadAddress } from '../../clients';

/** Encrypts presigned addresses for the history (docs/decisions/0001-presigned-addresses-are-sealed.md). */
export interface AddressSeal {
  seal(address: UploadAddress): string;
  /** Throws if the text was sealed with another secret, or was changed. */
  unseal(sealed: string): UploadAddress;
  sealText(text: string): string;
  unsealText(sealed: string): string;
}

/** The key derives from the client secret, which every worker has, so one can unseal what another one sealed. */
export function createAddressSeal(secret: string): AddressSeal {
  const purpose = 'extpost presigned address';
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  // Compressed, because several addresses of one host have most of their characters in common.
  const seal = (text: string): string => sealBytes(key, deflateRawSync(text), purpose).toString('base64');
  const unsealText = (sealed: string): string =>
    inflateRawSync(openSealedBytes(key, Buffer.from(sealed, 'base64'), purpose)).toString('utf8');
  return {
    seal: (address) => seal(JSON.stringify(address)),
    unseal: (sealed) => JSON.parse(unsealText(sealed)) as UploadAddress,
    sealText: seal,
    unsealText,
  };
}
