import type { ByteReader } from './byte-reader';
import type { HeaderOutcome } from './picture-header';

/** More chunks than any picture has, so the file is damaged. */
const MAX_CHUNKS = 100_000;

/** Reads all chunks but their contents (the WebP container specification). */
export async function readWebpHeader(reader: ByteReader): Promise<HeaderOutcome> {
  let size: { width: number; height: number } | undefined;
  let hasAlphaChannel = false;
  let frames = 0;
  let isCut = false;
  const riff = await reader.read(0, 8);
  const end = riff.length < 8 ? 0 : 8 + riff.readUInt32LE(4);
  let at = 12;
  for (let count = 0; count < MAX_CHUNKS && at + 8 <= Math.min(end, reader.size); count++) {
    const head = await reader.read(at, 8);
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if (at + 8 + length > reader.size) isCut = true;
    const body = await reader.read(at + 8, 10);
    if (type === 'VP8X' && body.length === 10) {
      hasAlphaChannel ||= (body.readUInt8(0) & 0x10) !== 0;
      size ??= { width: 1 + body.readUIntLE(4, 3), height: 1 + body.readUIntLE(7, 3) };
    }
    if (type === 'VP8 ' && body.length === 10)
      size ??= { width: body.readUInt16LE(6) & 0x3fff, height: body.readUInt16LE(8) & 0x3fff };
    if (type === 'VP8L' && body.length >= 5) {
      const bits = body.readUInt32LE(1);
      hasAlphaChannel ||= ((bits >>> 28) & 1) === 1;
      size ??= { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    if (type === 'ANMF') frames += 1;
    // Chunks have an even length.
    at += 8 + length + (length % 2);
  }
  if (size === undefined) return { unreadable: 'its header is cut off' };
  if (at < end && at + 8 > reader.size) isCut = true;
  return {
    format: 'webp',
    ...size,
    colorModel: 'RGB',
    bitsPerChannel: 8,
    channels: hasAlphaChannel ? 4 : 3,
    hasAlphaChannel,
    pages: Math.max(1, frames),
    isDecodedWhole: true,
    ...(isCut && { missing: 'the end of the file' }),
  };
}
