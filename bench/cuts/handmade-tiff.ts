/** One field of a TIFF directory; numbers of type 3 (SHORT), 4 (LONG) or 5 (RATIONAL, as pairs). */
export type TiffField = readonly [tag: number, type: 3 | 4 | 5, values: readonly number[]];

export interface HandmadePage {
  readonly fields: readonly TiffField[];
  /** Picture data, each strip or tile on its own. */
  readonly strips: readonly Buffer[];
  /** By default 273 and 279. */
  readonly tags?: readonly [offsets: number, lengths: number] | undefined;
}

/** A TIFF or BigTIFF file: all directories first, and behind each its values and then its strips. */
export function handmadeTiff(
  pages: readonly HandmadePage[],
  { big = false, little = true }: { readonly big?: boolean; readonly little?: boolean } = {},
): Buffer {
  const word = (length: number, value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(value);
    const word = bytes.subarray(0, length);
    return little ? word : word.reverse();
  };
  const pointer = big ? 8 : 4;
  const parts: Buffer[] = [Buffer.from(little ? 'II' : 'MM'), word(2, big ? 43 : 42)];
  if (big) parts.push(word(2, 8), word(2, 0));
  let at = big ? 16 : 8;
  parts.push(word(pointer, at));
  pages.forEach(({ fields, strips, tags: [offsets, lengths] = [273, 279] }, index) => {
    const count = fields.length + 2;
    const directoryBytes = (big ? 8 : 2) + count * (big ? 20 : 12) + pointer;
    const values: Buffer[] = [];
    let valuesAt = at + directoryBytes;
    const rowOf = (tag: number, type: number, count: number, bytes: Buffer): Buffer => {
      const head = [word(2, tag), word(2, type), word(pointer, count)];
      if (bytes.length <= pointer) return Buffer.concat([...head, bytes, Buffer.alloc(pointer - bytes.length)]);
      values.push(bytes);
      valuesAt += bytes.length;
      return Buffer.concat([...head, word(pointer, valuesAt - bytes.length)]);
    };
    const bytesOf = ([, type, numbers]: TiffField): Buffer =>
      Buffer.concat(numbers.map((number) => word(type === 3 ? 2 : 4, number)));
    const rows = fields.map((field): [number, Buffer] => {
      const values = field[2].length / (field[1] === 5 ? 2 : 1);
      return [field[0], rowOf(field[0], field[1], values, bytesOf(field))];
    });
    rows.push([lengths, rowOf(lengths, 4, strips.length, Buffer.concat(strips.map((strip) => word(4, strip.length))))]);
    // The strips follow the values, of which the offsets are the last ones.
    let stripAt = valuesAt + (strips.length * 4 > pointer ? strips.length * 4 : 0);
    const starts = strips.map((strip) => (stripAt += strip.length) - strip.length);
    rows.push([offsets, rowOf(offsets, 4, strips.length, Buffer.concat(starts.map((start) => word(4, start))))]);
    const next = index === pages.length - 1 ? 0 : stripAt;
    const sorted = rows.sort(([one], [other]) => one - other).map(([, row]) => row);
    parts.push(word(big ? 8 : 2, count), ...sorted, word(pointer, next), ...values, ...strips);
    at = stripAt;
  });
  return Buffer.concat(parts);
}

/** The fields that every page needs. `bits` and `samples` as in the file. */
export function tiffFields(
  width: number,
  height: number,
  {
    bits = [8, 8, 8],
    photometric = 2,
    rows = height,
  }: { bits?: readonly number[]; photometric?: number; rows?: number } = {},
): TiffField[] {
  return [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, bits],
    [259, 3, [1]],
    [262, 3, [photometric]],
    [277, 3, [bits.length]],
    [278, 4, [rows]],
  ];
}
