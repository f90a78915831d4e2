/** How Creative Force may want an MD5 written; which it checks is not known (docs/reference/creative-force.md#md5). */
export type Md5Format = 'guid' | 'guid-dotnet' | 'hex' | 'base64';

/** Writes a hex MD5 in the format asked for. GUIDs are upper-case, as in the samples. */
export function encodeMd5(hex: string, format: Md5Format): string {
  const lower = hex.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(lower)) throw new TypeError('An MD5 is 32 hex digits.');
  switch (format) {
    case 'hex':
      return lower;
    case 'base64':
      return Buffer.from(lower, 'hex').toString('base64');
    case 'guid':
      return grouped(lower);
    case 'guid-dotnet': {
      // .NET writes the first three groups of a GUID's bytes in little-endian order.
      const bytes = Buffer.from(lower, 'hex');
      bytes.subarray(0, 4).reverse();
      bytes.subarray(4, 6).reverse();
      bytes.subarray(6, 8).reverse();
      return grouped(bytes.toString('hex'));
    }
  }
}

function grouped(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join('-')
    .toUpperCase();
}
