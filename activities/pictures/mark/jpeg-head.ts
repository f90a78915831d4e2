import type { ByteReader } from '../bytes/byte-reader';
import { tiffTags } from '../bytes/tiff-directory';
import { MAX_HEAD_BYTES, type MarkedDensity, type Marks, type NewHead, exifWithDensity, INCH } from './marks';

const PROFILE_NAME = 'ICC_PROFILE\0';

/** Everything of a JPEG before its pixels, with other marks. */
export async function jpegHead(reader: ByteReader, { density, profile }: Marks): Promise<NewHead> {
  const parts: Buffer[] = [];
  // A profile has its place behind the segments of JFIF and EXIF, which readers look for first.
  let firstSegments = 0;
  let [isMarked, isAdobe] = [false, false];
  let at = 2;
  for (;;) {
    const head = await reader.read(at, 4);
    if (head.length < 4 || head[0] !== 0xff || head[1] === 0xda || at > MAX_HEAD_BYTES) break;
    const marker = head.readUInt8(1);
    if (marker < 0xc0) break;
    const segment = Buffer.from(await reader.read(at, 2 + head.readUInt16BE(2)));
    at += segment.length;
    if (profile !== undefined && marker === 0xe2 && segment.toString('latin1', 4, 16) === PROFILE_NAME) continue;
    const marked = density === undefined ? undefined : await segmentWithDensity(segment, density);
    isMarked ||= marked !== undefined;
    if (marker === 0xee && segment.toString('latin1', 4, 9) === 'Adobe') isAdobe = true;
    if ((marker === 0xe0 || marker === 0xe1) && firstSegments === parts.length) firstSegments += 1;
    parts.push(marked ?? segment);
  }
  const start = Buffer.from([0xff, 0xd8]);
  // Beside an Adobe segment a JFIF one would change how the colours are read.
  const added = isMarked || typeof density !== 'number' ? [] : [isAdobe ? exifSegment(density) : jfifSegment(density)];
  const named =
    profile === undefined ? [] : [segmentOf(0xe2, Buffer.from(`${PROFILE_NAME}\x01\x01`, 'latin1'), profile)];
  const ordered = [start, ...added, ...parts.slice(0, firstSegments), ...named, ...parts.slice(firstSegments)];
  return { head: Buffer.concat(ordered), rest: at };
}

/** A copy of a JFIF or EXIF segment with a density; `undefined` when it is no such segment, or has no field for one. */
async function segmentWithDensity(segment: Buffer, dpi: MarkedDensity): Promise<Buffer | undefined> {
  const [marker, name] = [segment[1], segment.toString('latin1', 4, 10)];
  if (marker === 0xe0 && name.startsWith('JFIF\0') && segment.length >= 16) return jfifWithDensity(segment, dpi);
  if (marker !== 0xe1 || name !== 'Exif\0\0') return undefined;
  const block = await exifWithDensity(segment.subarray(10), dpi);
  return block && Buffer.concat([segment.subarray(0, 10), block]);
}

function jfifWithDensity(segment: Buffer, dpi: MarkedDensity): Buffer {
  const copy = Buffer.from(segment);
  const dots = dpi === 'none' ? 1 : Math.round(dpi);
  copy.writeUInt8(dpi === 'none' ? 0 : 1, 11);
  copy.writeUInt16BE(dots, 12);
  copy.writeUInt16BE(dots, 14);
  return copy;
}

function jfifSegment(dpi: number): Buffer {
  return jfifWithDensity(Buffer.from('\xff\xe0\0\x10JFIF\0\x01\x02\0\0\0\0\0\0\0', 'latin1'), dpi);
}

function exifSegment(dpi: number): Buffer {
  const rational = Buffer.alloc(8);
  rational.writeUInt32LE(Math.round(dpi * 100), 0);
  rational.writeUInt32LE(100, 4);
  const row = (tag: number, type: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(1, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const valuesAt = 8 + 2 + 3 * 12 + 4;
  const rows = [row(tiffTags.xResolution, 5, valuesAt), row(tiffTags.yResolution, 5, valuesAt + 8)];
  return segmentOf(
    0xe1,
    Buffer.from('Exif\0\0II*\0\x08\0\0\0\x03\0', 'latin1'),
    ...rows,
    row(tiffTags.resolutionUnit, 3, INCH),
    Buffer.alloc(4),
    rational,
    rational,
  );
}

function segmentOf(marker: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}
