import { crc32, deflateSync } from 'node:zlib';

import type { ByteReader } from '../bytes/byte-reader';
import { MAX_HEAD_BYTES, type Marks, type NewHead, exifWithDensity } from './marks';

const INCHES_PER_METRE = 39.370_078_74;
/** Chunks that say how colours are meant; a profile replaces them. */
const COLOUR_CHUNKS: readonly string[] = ['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP'];

/** Everything of a PNG before its pixels, with other marks. */
export async function pngHead(reader: ByteReader, { density, profile }: Marks): Promise<NewHead> {
  const parts: Buffer[] = [Buffer.from(await reader.read(0, 8))];
  let at = 8;
  for (;;) {
    const head = await reader.read(at, 8);
    const type = head.toString('latin1', 4);
    if (head.length < 8 || type === 'IDAT' || type === 'IEND' || at > MAX_HEAD_BYTES) break;
    const length = head.readUInt32BE(0);
    const body = Buffer.from(await reader.read(at + 8, length));
    at += 12 + length;
    if ((density !== undefined && type === 'pHYs') || (profile !== undefined && COLOUR_CHUNKS.includes(type))) continue;
    const marked = density !== undefined && type === 'eXIf' ? await exifWithDensity(body, density) : undefined;
    parts.push(pngChunk(type, marked ?? body));
    // Their place is before the palette and the pixels, so that they come right behind the header.
    if (type === 'IHDR' && typeof density === 'number') parts.push(physicalChunk(density));
    if (type === 'IHDR' && profile !== undefined) parts.push(profileChunk(profile));
  }
  return { head: Buffer.concat(parts), rest: at };
}

function physicalChunk(dpi: number): Buffer {
  const body = Buffer.alloc(9);
  const perMetre = Math.round(dpi * INCHES_PER_METRE);
  body.writeUInt32BE(perMetre, 0);
  body.writeUInt32BE(perMetre, 4);
  body.writeUInt8(1, 8);
  return pngChunk('pHYs', body);
}

/** An iCCP chunk with an ICC profile. */
export function profileChunk(profile: Buffer): Buffer {
  return pngChunk('iCCP', Buffer.concat([Buffer.from('ICC profile\0\0', 'latin1'), deflateSync(profile)]));
}

/** A chunk with its length and checksum. */
function pngChunk(type: string, body: Buffer): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
  chunk.writeUInt32BE(body.length, 0);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}
