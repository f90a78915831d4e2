import type { CreativeForceOptions } from './options';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]{32}$/i;
const BASE64 = /^[A-Za-z0-9+/]{22}==$/;

/**
 * Reads an MD5 in the configured format, as 32 lower-case hex digits; `undefined` if it has another format
 * (docs/reference/creative-force.md#md5). Under `any` the value is not known, and is `''`.
 */
export function readMd5(text: string, format: CreativeForceOptions['md5Format']): string | undefined {
  const plain = text.replaceAll('-', '').toLowerCase();
  switch (format) {
    case 'guid':
      return GUID.test(text) ? plain : undefined;
    case 'guid-dotnet':
      return GUID.test(text) ? swapped(plain) : undefined;
    case 'hex':
      return HEX.test(text) ? plain : undefined;
    case 'base64':
      return BASE64.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined;
    case 'any':
      return '';
  }
}

/** .NET writes the first three groups of a GUID's bytes in little-endian order. */
function swapped(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes.toString('hex');
}
