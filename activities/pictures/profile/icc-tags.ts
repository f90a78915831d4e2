/** The tags of an ICC profile by their signatures. */
export type IccTags = ReadonlyMap<string, Buffer>;

const HEADER_BYTES = 128;
/** More tags than any profile has are not read. */
export const MAX_TAGS = 200;

/** The tags of an ICC profile (ICC.1:2022, 7.3); `undefined` when the bytes are none. */
export function iccTags(bytes: Buffer): IccTags | undefined {
  if (bytes.length < HEADER_BYTES + 4 || bytes.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const tags = new Map<string, Buffer>();
  const count = Math.min(bytes.readUInt32BE(HEADER_BYTES), MAX_TAGS);
  for (let index = 0; index < count; index++) {
    const row = HEADER_BYTES + 4 + 12 * index;
    if (row + 12 > bytes.length) break;
    const at = bytes.readUInt32BE(row + 4);
    tags.set(bytes.toString('latin1', row, row + 4), bytes.subarray(at, at + bytes.readUInt32BE(row + 8)));
  }
  return tags;
}
