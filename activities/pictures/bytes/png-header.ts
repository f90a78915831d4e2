import { densityOf, type ColorModel } from '../../../domain/preflight/picture';
import type { ByteReader } from './byte-reader';
import type { HeaderOutcome } from './picture-header';

/** More chunks than any picture has, so the file is damaged. */
const MAX_CHUNKS = 1_000_000;
/** Chunks in which programs have put EXIF blocks and profiles. */
const ATTACHING = new Set(['eXIf', 'iCCP', 'iTXt', 'tEXt', 'zTXt']);
const METRES_PER_INCH = 0.0254;

const colorTypes: Readonly<Record<number, readonly [model: ColorModel, channels: number]>> = {
  0: ['grey', 1],
  2: ['RGB', 3],
  3: ['palette', 1],
  4: ['grey', 2],
  6: ['RGB', 4],
};

/** Reads all chunks but their contents (PNG, third edition). */
export async function readPngHeader(reader: ByteReader): Promise<HeaderOutcome> {
  let header: Buffer | undefined;
  let density: ReturnType<typeof densityOf>;
  let hasKey = false;
  let isApple = false;
  let isMoving = false;
  let frames = 0;
  let isPlain = true;
  let isEnded = false;
  let at = 8;
  for (let count = 0; count < MAX_CHUNKS && !isEnded; count++) {
    const head = await reader.read(at, 8);
    if (head.length < 8) break;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4);
    if (at + 12 + length > reader.size) break;
    if (type === 'IHDR') header = Buffer.from(await reader.read(at + 8, 13));
    if (type === 'CgBI') isApple = true;
    if (type === 'acTL') isMoving = true;
    // A picture before the first frame counts as well: it is what programs show that cannot show motion.
    if (type === 'fcTL' || (type === 'IDAT' && frames === 0)) frames += 1;
    if (ATTACHING.has(type)) isPlain = false;
    if (type === 'tRNS') hasKey = true;
    if (type === 'pHYs') density ??= physicalDensity(await reader.read(at + 8, 9));
    isEnded = type === 'IEND';
    at += 12 + length;
  }
  if (header === undefined || header.length < 13) return { unreadable: 'it has no header' };
  const known = colorTypes[header.readUInt8(9)];
  if (known === undefined) return { unreadable: 'it has an unknown colour type' };
  const [colorModel, channels] = known;
  return {
    format: 'png',
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    colorModel,
    bitsPerChannel: header.readUInt8(8),
    channels: channels + (hasKey ? 1 : 0),
    hasAlphaChannel: hasKey || channels === 2 || channels === 4,
    density,
    isPlain: isPlain && isEnded,
    pages: isMoving ? Math.max(1, frames) : 1,
    isDecodedWhole: header.readUInt8(12) !== 0,
    ...(isApple && { undecodable: 'a PNG in Apple’s own form (CgBI)' }),
    ...(!isEnded && { missing: 'the end of the file' }),
  };
}

/** Unit 0 gives only the shape of a pixel, 1 is per metre. */
function physicalDensity(body: Buffer): ReturnType<typeof densityOf> {
  if (body.length < 9 || body.readUInt8(8) !== 1) return undefined;
  return densityOf(body.readUInt32BE(0) * METRES_PER_INCH, body.readUInt32BE(4) * METRES_PER_INCH, 'pHYs');
}
