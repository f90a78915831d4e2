/** Bytes at the beginning by which a kind of file is known; `.` is any byte. */
const beginnings: readonly (readonly [kind: string, pattern: string])[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['GIF', 'GIF8'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
  ['WebP', 'RIFF....WEBP'],
  ['Photoshop', '8BPS'],
  ['film or HEIF', '....ftyp'],
];

const ANY = '.'.charCodeAt(0);

/** How much of a file tells its kind. */
export const KIND_BYTES = 16;

/** What a file is by its first bytes, whatever it is called; nothing for what cannot be delivered. */
export function fileKind(beginning: Uint8Array): string | undefined {
  const begins = (pattern: string): boolean =>
    Buffer.from(pattern, 'latin1').every((byte, index) => byte === ANY || byte === beginning[index]);
  return beginnings.find(([, pattern]) => begins(pattern))?.[0];
}
