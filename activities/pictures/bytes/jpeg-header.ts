import { densityOf } from '../../../domain/preflight/picture';
import type { ByteReader } from './byte-reader';
import type { HeaderOutcome, PictureHeader } from './picture-header';

/** More segments than any header has, so the file is damaged. */
const MAX_SEGMENTS = 10_000;
const START_OF_SCAN = 0xda;
const APP0 = 0xe0;
/** Segments for EXIF blocks, profiles and what else programs attach. */
const isAttachment = (marker: number): boolean => marker > APP0 && marker <= 0xef;
/** The markers of a frame header: SOF0 to SOF15 without DHT, JPG and DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const PROGRESSIVE = [0xc2, 0xc6, 0xca, 0xce];
const LOSSLESS_OR_HIERARCHICAL = [0xc3, 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf];

interface Frame {
  readonly marker: number;
  readonly body: Buffer;
}

/** Reads the segments before the first scan (ITU-T T.81, JFIF 1.02). The first frame header counts. */
export async function readJpegHeader(reader: ByteReader): Promise<HeaderOutcome> {
  let jfif: Buffer | undefined;
  let frame: Frame | undefined;
  let hasAttachment = false;
  let isComplete = false;
  let isCut = false;
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS && !isComplete && !isCut; count++) {
    const head = await reader.read(at, 4);
    if (head.length < 4) {
      isCut = true;
      continue;
    }
    // Bytes between segments are skipped, as every decoder does.
    if (head[0] !== 0xff || head[1] === 0xff || head[1] === 0) {
      at += 1;
      continue;
    }
    const marker = head.readUInt8(1);
    const length = head.readUInt16BE(2);
    if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) {
      at += 2;
      continue;
    }
    isComplete = marker === START_OF_SCAN;
    if (isAttachment(marker)) hasAttachment = true;
    if (frame === undefined && jfif === undefined && marker === APP0) {
      const body = await reader.read(at + 4, 12);
      if (body.toString('latin1', 0, 5) === 'JFIF\0') jfif = body;
    }
    if (frame === undefined && isFrame(marker)) {
      const body = await reader.read(at + 4, 6);
      if (body.length < 6) isCut = true;
      else frame = { marker, body };
    }
    at += 2 + Math.max(2, length);
  }
  if (frame !== undefined) return describe(frame, jfif, isComplete && !hasAttachment);
  return { unreadable: isCut ? 'its header is cut off' : 'it has no frame header' };
}

function describe({ marker, body }: Frame, jfif: Buffer | undefined, isPlain: boolean): PictureHeader {
  const channels = body.readUInt8(5);
  const bitsPerChannel = body.readUInt8(0);
  const isLossless = LOSSLESS_OR_HIERARCHICAL.includes(marker);
  return {
    format: 'jpeg',
    width: body.readUInt16BE(3),
    height: body.readUInt16BE(1),
    colorModel: channels === 1 ? 'grey' : channels === 4 ? 'CMYK' : 'RGB',
    bitsPerChannel,
    channels,
    hasAlphaChannel: false,
    density: jfif === undefined ? undefined : jfifDensity(jfif),
    isPlain,
    pages: 1,
    isDecodedWhole: PROGRESSIVE.includes(marker),
    ...(isLossless && { undecodable: 'a lossless or hierarchical JPEG' }),
    ...(bitsPerChannel !== 8 && { undecodable: `a JPEG with ${bitsPerChannel} bits per channel` }),
  };
}

/** Unit 0 gives only the shape of a pixel, 1 is per inch, 2 per centimetre. */
function jfifDensity(body: Buffer): ReturnType<typeof densityOf> {
  if (body.length < 12) return undefined;
  const perInch = { 1: 1, 2: 2.54 }[body.readUInt8(7)];
  if (perInch === undefined) return undefined;
  return densityOf(body.readUInt16BE(8) * perInch, body.readUInt16BE(10) * perInch, 'JFIF');
}
