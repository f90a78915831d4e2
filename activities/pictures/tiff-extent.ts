/** The size of a value by the number of its type (TIFF 6.0, section 2). */
const bytesOfType = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

const STRIP_OFFSETS = 273;
const STRIP_BYTES = 279;
const TILE_OFFSETS = 324;
const TILE_BYTES = 325;

const SHORT = 3;

/** More entries or strips than any picture has, so the file is damaged. */
const MAX_VALUES = 1_000_000;

type Read = (at: number, length: number) => Promise<Buffer>;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** The byte where its values begin. */
  readonly at: number;
}

/** The least length that the first directory implies. `read` gives fewer bytes at the end of the file. */
export async function tiffExtent(read: Read): Promise<number> {
  const head = await read(0, 8);
  const isLittle = head[0] === 0x49;
  const number = (bytes: Buffer, at: number, length: number): number =>
    isLittle ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
  const directory = number(head, 4, 4);
  const counted = await read(directory, 2);
  if (counted.length < 2) return directory + 2;
  const count = number(counted, 0, 2);
  const end = directory + 2 + 12 * count + 4;
  const rows = await read(directory + 2, 12 * count);
  if (rows.length < 12 * count) return end;

  const entries = new Map<number, Entry>();
  for (let row = 0; row < rows.length; row += 12) {
    const [type, values] = [number(rows, row + 2, 2), number(rows, row + 4, 4)];
    // A short value is in the row itself.
    const isHere = (bytesOfType[type] ?? 0) * values <= 4;
    const at = isHere ? directory + 2 + row + 8 : number(rows, row + 8, 4);
    entries.set(number(rows, row, 2), { type, count: values, at });
  }
  const ends = [...entries.values()].map(({ type, count: values, at }) => at + (bytesOfType[type] ?? 0) * values);
  const valuesOf = async (tag: number): Promise<number[]> => {
    const entry = entries.get(tag);
    if (entry === undefined || entry.count > MAX_VALUES) return [];
    const each = entry.type === SHORT ? 2 : 4;
    const bytes = await read(entry.at, each * entry.count);
    return Array.from({ length: Math.floor(bytes.length / each) }, (_, index) => number(bytes, index * each, each));
  };
  for (const [offsets, lengths] of [
    [await valuesOf(STRIP_OFFSETS), await valuesOf(STRIP_BYTES)],
    [await valuesOf(TILE_OFFSETS), await valuesOf(TILE_BYTES)],
  ] as const) {
    offsets.forEach((offset, index) => ends.push(offset + (lengths[index] ?? 0)));
  }
  return ends.reduce((most, one) => Math.max(most, one), end);
}
