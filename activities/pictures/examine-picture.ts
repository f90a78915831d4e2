import sharp from 'sharp';

import type { Density, MeasuredPicture } from '../../domain/preflight/picture';
import { messageOf } from '../../domain/shared/text';
import { withByteReader } from './bytes/byte-reader';
import type { PictureHeader } from './bytes/picture-header';
import { readHeader } from './bytes/read-header';
import { readExif } from './bytes/tiff-header';
import { decodePicture, decodingBytes } from './decode-picture';
import { DEFAULT_MAX_DECODED_BYTES, DEFAULT_MAX_PIXELS, type ExaminationLimits } from './picture-limits';
import { readIccProfile } from './profile/icc-profile';

/** Why a file cannot be delivered as a picture. */
export interface PictureTrouble {
  readonly kind: 'cut' | 'film' | 'not a picture' | 'too large' | 'cannot be measured';
  /** Continues "The file …". */
  readonly why: string;
}

/** What a file is. `trouble` is absent for a picture that is whole and measured. */
export interface Examination {
  /** By its bytes; `unknown` when nothing is recognised. */
  readonly format: string;
  /** As far as it could be read. */
  readonly picture?: MeasuredPicture | undefined;
  readonly trouble?: PictureTrouble | undefined;
}

/**
 * Reads a file's headers and decodes it once, to its last row. `reserve` is awaited before the decoder gets that many
 * bytes of memory. Throws only the file system's error.
 */
export async function examinePicture(
  path: string,
  limits: ExaminationLimits = {},
  reserve: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<Examination> {
  const { maxPixels = DEFAULT_MAX_PIXELS, maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES } = limits;
  const { kind, size, header } = await withByteReader(path, readHeader);
  const { format } = kind;
  if (kind.kind === 'film') return troubled(format, 'film', `is a film (${format})`);
  if (kind.kind === 'other') return troubled(format, 'not a picture', `is ${kind.words}`);
  if (header === undefined || 'unreadable' in header) {
    return troubled(format, 'cut', `is a damaged ${format}: ${header?.unreadable ?? ''}`);
  }
  const pixels = header.width * header.height;
  if (pixels === 0) return troubled(format, 'cannot be measured', `is a ${format} without pixels`);
  if (pixels > maxPixels) {
    const most = maxPixels.toLocaleString('en');
    const why = `has more than the ${most} pixels that a picture may have (preflight.maxPixels)`;
    return troubled(format, 'too large', why, describe(header, size));
  }
  if (header.undecodable !== undefined) {
    const why = `is ${header.undecodable}, which extpost cannot decode`;
    return troubled(format, 'cannot be measured', why, describe(header, size));
  }
  const needed = decodingBytes(header);
  if (needed > maxDecodedBytes) {
    const [needs, most] = [needed, maxDecodedBytes].map((bytes) => Math.ceil(bytes / 1024 ** 2).toLocaleString('en'));
    const why = `needs ${needs ?? ''} MiB of memory to be decoded, more than the ${most ?? ''} MiB of worker.decodedBytes`;
    return troubled(format, 'too large', why, describe(header, size));
  }
  await reserve(needed);
  return decoded(path, header, size);
}

async function decoded(path: string, header: PictureHeader, size: number): Promise<Examination> {
  const { format, missing } = header;
  const metadata = header.isPlain === true ? {} : await metadataOf(path);
  const known = 'error' in metadata ? describe(header, size) : await describeWith(metadata, header, size);
  const isCutOff = `is cut off: ${missing ?? ''} is missing`;
  if (missing !== undefined && format !== 'tiff') return troubled(format, 'cut', isCutOff, known);
  const { isTransparent, error } =
    'error' in metadata ? { isTransparent: false, error: metadata.error } : await decodePicture(path, header);
  const picture = withTransparency(known, isTransparent);
  if (missing !== undefined && (error !== undefined || !missing.startsWith('picture data'))) {
    return troubled(format, 'cut', isCutOff, picture);
  }
  if (error === undefined) return { format, picture };
  return /premature|truncat|end of|eof|read error|not enough|unable to parse|short/i.test(error)
    ? troubled(format, 'cut', `is cut off: its last row cannot be decoded (${error})`, picture)
    : troubled(format, 'cannot be measured', `is a ${format} that cannot be decoded (${error})`, picture);
}

function troubled(format: string, kind: PictureTrouble['kind'], why: string, picture?: MeasuredPicture): Examination {
  return { format, trouble: { kind, why }, ...(picture !== undefined && { picture }) };
}

type Metadata = Pick<sharp.Metadata, 'exif' | 'icc'>;

async function metadataOf(path: string): Promise<Metadata | { readonly error: string }> {
  try {
    return await sharp(path, { limitInputPixels: false, failOn: 'truncated' }).metadata();
  } catch (error) {
    const [first = 'no reason given'] = messageOf(error).split('\n');
    return { error: first };
  }
}

async function describeWith(
  { exif: exifBlock, icc }: Metadata,
  header: PictureHeader,
  size: number,
): Promise<MeasuredPicture> {
  const exif = exifBlock === undefined ? {} : await readExif(exifBlock);
  const profile = icc === undefined ? undefined : readIccProfile(icc);
  return describe(header, size, {
    exif: header.format === 'tiff' ? {} : exif,
    ...(icc !== undefined && {
      colorProfile: profile?.description ?? 'that cannot be read',
      ...(profile?.family !== undefined && { profileFamily: profile.family }),
    }),
  });
}

interface Attached {
  readonly exif: { readonly density?: Density | undefined; readonly orientation?: number | undefined };
  readonly colorProfile?: string;
  readonly profileFamily?: string;
}

function describe(header: PictureHeader, bytes: number, attached: Attached = { exif: {} }): MeasuredPicture {
  const { exif, ...profile } = attached;
  const orientation = header.orientation ?? exif.orientation ?? 1;
  const isTurned = orientation >= 5 && orientation <= 8;
  const density = header.density ?? exif.density;
  const isDifferent = exif.density !== undefined && (exif.density.x !== density?.x || exif.density.y !== density.y);
  const { width, height, colorModel, bitsPerChannel, isFloat, hasAlphaChannel, extraChannels, pages } = header;
  return {
    format: header.format,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    bytes,
    details: {
      ...(density !== undefined && { density }),
      ...(isDifferent && { otherDensity: exif.density }),
      colorSpace: colorModel,
      ...profile,
      bitsPerChannel,
      ...(isFloat === true && { isFloat }),
      hasAlphaChannel,
      isTransparent: false,
      ...(extraChannels !== undefined && { extraChannels }),
      ...(orientation >= 2 && orientation <= 8 && { orientation }),
      pages,
    },
  };
}

function withTransparency(picture: MeasuredPicture, isTransparent: boolean): MeasuredPicture {
  const { details } = picture;
  return details === undefined ? picture : { ...picture, details: { ...details, isTransparent } };
}
