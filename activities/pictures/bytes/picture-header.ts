import type { ColorModel, Density } from '../../../domain/preflight/picture';
import type { PictureFormat } from './file-kind';

/** What a picture's own headers say, before anything is decoded. */
export interface PictureHeader {
  readonly format: PictureFormat;
  /** Pixels as stored, before the orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly colorModel: ColorModel;
  /** As stored: of a palette, the bits of an index. */
  readonly bitsPerChannel: number;
  readonly isFloat?: boolean | undefined;
  readonly channels: number;
  /** Of any page. */
  readonly hasAlphaChannel: boolean;
  /** Of a TIFF: the position of each page's alpha channel. */
  readonly alphaByPage?: readonly (number | undefined)[] | undefined;
  /** Channels that are neither colour nor alpha, in words. */
  readonly extraChannels?: readonly string[] | undefined;
  /** The container's own density, with its unit. */
  readonly density?: Density | undefined;
  readonly orientation?: number | undefined;
  /** Whether it is certain that no EXIF block and no profile is in it, so that no library has to look for them. */
  readonly isPlain?: boolean | undefined;
  readonly pages: number;
  /** Whether a decoder needs the whole picture in memory, in contrast to a few lines. */
  readonly isDecodedWhole: boolean;
  /** The kind of a picture that no decoder here can read, in words. */
  readonly undecodable?: string | undefined;
  /** What is missing at the end of the file, in words. */
  readonly missing?: string | undefined;
}

/** A header, or why there is none, which continues "is damaged: …". */
export type HeaderOutcome = PictureHeader | { readonly unreadable: string };
