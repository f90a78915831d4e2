import { open, type FileHandle } from 'node:fs/promises';

/** The index of an hour of film takes about 5 MB. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;
/** An hour of film in fragments of one second has two boxes for each. */
const MAX_BOXES = 10_000;
const HEADER_BYTES = 16;
/** Boxes that say what a film contains and where; the others hold its frames, or nothing that is asked for. */
const INDEX_TYPES: ReadonlySet<string> = new Set(['ftyp', 'moov', 'moof', 'sidx']);

/** The bytes are a film whose container cannot be read; the message continues "The film …". */
export class UnreadableFilm extends Error {
  override readonly name = 'UnreadableFilm';
}

/** A proxy or store has served only a part of a film as if it were the whole file; the message says why. */
export class TruncatedFilm extends Error {
  override readonly name = 'TruncatedFilm';
}

/** A box at the top of an mp4 or mov file (ISO/IEC 14496-12, section 4.2). */
export interface FilmBox {
  readonly type: string;
  /** The bytes at which it begins and ends; the end may lie behind the end of a truncated file. */
  readonly start: number;
  readonly end: number;
}

export interface FilmIndex {
  /** The boxes with the index, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where these boxes lie in the file. */
  readonly boxes: readonly FilmBox[];
  /** A box with a part of the index that the end of the file cuts off. */
  readonly truncated?: FilmBox | undefined;
}

/** Reads the index of a film of `size` bytes. Throws {@link UnreadableFilm} if it is too large, or the disk's error. */
export async function readFilmIndex(path: string, size: number): Promise<FilmIndex> {
  const file = await open(path, 'r');
  try {
    const boxes: FilmBox[] = [];
    const parts: Buffer[] = [];
    let bytes = 0;
    let count = 0;
    for await (const box of topBoxes(file, size)) {
      if (++count > MAX_BOXES) throw new UnreadableFilm(`has more than ${MAX_BOXES.toLocaleString('en')} boxes`);
      if (!INDEX_TYPES.has(box.type)) continue;
      if (box.end > size) return { bytes: joined(parts, bytes), boxes, truncated: box };
      bytes += box.end - box.start;
      if (bytes > MAX_INDEX_BYTES) {
        throw new UnreadableFilm(`has an index of more than ${MAX_INDEX_BYTES.toLocaleString('en')} bytes`);
      }
      boxes.push(box);
      parts.push(await bytesAt(file, box.start, box.end - box.start));
    }
    return { bytes: joined(parts, bytes), boxes };
  } finally {
    await file.close();
  }
}

/** Ends at the first bytes that are no box, such as padding behind the last one. */
async function* topBoxes(file: FileHandle, size: number): AsyncGenerator<FilmBox> {
  for (let start = 0; start + 8 <= size;) {
    const header = await bytesAt(file, start, HEADER_BYTES);
    const type = header.toString('latin1', 4, 8);
    if (!/^[\x20-\x7e]{4}$/.test(type)) return;
    const short = header.readUInt32BE(0);
    if (short === 1 && header.length < HEADER_BYTES) return;
    // 0: up to the end of the file; 1: the size follows, in eight bytes.
    const length = short === 0 ? size - start : short === 1 ? Number(header.readBigUInt64BE(8)) : short;
    if (length < (short === 1 ? HEADER_BYTES : 8)) return;
    yield { type, start, end: start + length };
    start += length;
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

function joined(parts: readonly Buffer[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
