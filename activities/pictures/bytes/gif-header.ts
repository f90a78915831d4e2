import type { ByteReader } from './byte-reader';
import type { HeaderOutcome } from './picture-header';

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

/** Reads all blocks but their contents (GIF89a). */
export async function readGifHeader(reader: ByteReader): Promise<HeaderOutcome> {
  const head = Buffer.from(await reader.read(0, 13));
  if (head.length < 13) return { unreadable: 'its header is cut off' };
  const flags = head.readUInt8(10);
  let at = 13 + colorTableBytes(flags);
  let pages = 0;
  let isMoving = false;
  let hasTransparentIndex = false;
  let isCut = false;
  let isEnded = false;
  while (!isEnded && !isCut) {
    const [block] = await reader.read(at, 1);
    if (block === TRAILER) {
      isEnded = true;
    } else if (block === IMAGE) {
      const descriptor = await reader.read(at, 10);
      if (descriptor.length < 10) {
        isCut = true;
        break;
      }
      pages += 1;
      // The byte behind the colour table is the least code size.
      at = await behindSubBlocks(reader, at + 10 + colorTableBytes(descriptor.readUInt8(9)) + 1);
    } else if (block === EXTENSION) {
      const extension = await reader.read(at, 4);
      if (extension[1] === APPLICATION) isMoving = true;
      if (extension[1] === GRAPHIC_CONTROL && ((extension[3] ?? 0) & 1) === 1) hasTransparentIndex = true;
      at = await behindSubBlocks(reader, at + 2);
    } else {
      // Decoders show what came before an unknown block, so only the end of the file counts as a cut.
      isCut = block === undefined && (pages !== 1 || isMoving);
      isEnded = true;
    }
    if (at > reader.size) isCut = true;
  }
  if (pages === 0 && !isCut) return { unreadable: 'it has no picture in it' };
  return {
    format: 'gif',
    width: head.readUInt16LE(6),
    height: head.readUInt16LE(8),
    colorModel: 'palette',
    bitsPerChannel: (flags & 7) + 1,
    channels: 4,
    hasAlphaChannel: hasTransparentIndex,
    pages: Math.max(1, pages),
    isDecodedWhole: true,
    ...(isCut && { missing: 'the end of the file' }),
  };
}

function colorTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** The byte behind the terminator of a chain of blocks; behind the end of the file when it is cut. */
async function behindSubBlocks(reader: ByteReader, from: number): Promise<number> {
  for (let at = from; ;) {
    const [length] = await reader.read(at, 1);
    if (length === undefined) return reader.size + 1;
    at += 1 + length;
    if (length === 0) return at;
  }
}
