/** A box of an mp4 or mov file (ISO/IEC 14496-12, section 4.2). */
export function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint32(content.length + 8), Buffer.from(type, 'latin1'), content]);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
}

/** Where the index of a film lies, and how long its box of frames says that it is. */
export const filmLayouts = ['index last', 'index first', 'size up to the end', 'size in 64 bits'] as const;

export interface FilmRequest {
  readonly width?: number;
  readonly height?: number;
  /** Bytes of each frame. */
  readonly frames?: readonly number[];
  readonly framesPerSecond?: number;
  readonly layout?: (typeof filmLayouts)[number];
  readonly brand?: string;
  /** The four letters of the codec. */
  readonly codec?: string;
  readonly isTurned?: boolean;
  /** 1: the frames are in this file; 0: in another. */
  readonly dataFlags?: number;
}

/** A film written by hand: real boxes around frames of noise. */
export function aFilm(request: FilmRequest = {}): Buffer {
  const { frames = [400, 90, 80, 70], layout = 'index last', brand = 'isom' } = request;
  const ftyp = box('ftyp', Buffer.from(brand, 'latin1'), uint32(0), Buffer.from(brand, 'latin1'));
  const media = Buffer.concat(frames.map((length, index) => Buffer.alloc(length, 17 + index)));
  const header = {
    'index last': Buffer.concat([uint32(media.length + 8), Buffer.from('mdat')]),
    'index first': Buffer.concat([uint32(media.length + 8), Buffer.from('mdat')]),
    'size up to the end': Buffer.concat([uint32(0), Buffer.from('mdat')]),
    'size in 64 bits': Buffer.concat([uint32(1), Buffer.from('mdat'), uint32(0, media.length + 16)]),
  }[layout];
  const isLast = layout === 'index last';
  const before = isLast ? 0 : movie(request, frames, 0).length;
  const moov = movie(request, frames, ftyp.length + before + header.length);
  return Buffer.concat(isLast ? [ftyp, header, media, moov] : [ftyp, moov, header, media]);
}

function movie(request: FilmRequest, frames: readonly number[], offset: number): Buffer {
  const { width = 320, height = 180, framesPerSecond = 25, codec = 'mp4v', isTurned = false, dataFlags = 1 } = request;
  const duration = frames.length * 1000;
  const scale = Math.round(framesPerSecond * 1000);
  const straight = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  const matrix = isTurned ? [0, 0x10000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000] : straight;
  const size = Buffer.from([width >> 8, width & 0xff, height >> 8, height & 0xff]);
  const entry = box(codec, uint32(0, 1, 0, 0, 0, 0), size, uint32(0x480000, 0x480000, 0), Buffer.alloc(36));
  const table = box(
    'stbl',
    box('stsd', uint32(0, 1), entry),
    box('stts', uint32(0, 1, frames.length, 1000)),
    box('stsc', uint32(0, 1, 1, frames.length, 1)),
    box('stsz', uint32(0, 0, frames.length, ...frames)),
    box('stco', uint32(0, 1, offset)),
  );
  const data = box('dinf', box('dref', uint32(0, 1), box('url ', uint32(dataFlags))));
  const media = box(
    'mdia',
    box('mdhd', uint32(0, 0, 0, scale, duration, 0)),
    box('hdlr', uint32(0, 0), Buffer.from('vide'), uint32(0, 0, 0), Buffer.from([0])),
    box('minf', box('vmhd', uint32(1, 0, 0)), data, table),
  );
  const track = uint32(7, 0, 0, 1, 0, duration, 0, 0, 0, 0, ...matrix, width << 16, height << 16);
  const head = uint32(0, 0, 0, scale, duration, 0x10000, 0x1000000, 0, 0, ...straight, 0, 0, 0, 0, 0, 0, 2);
  return box('moov', box('mvhd', head), box('trak', box('tkhd', track), media));
}
