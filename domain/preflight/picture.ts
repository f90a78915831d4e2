import type { FilmDetails } from '../render/film';

/** How a picture stores its colours. */
export type ColorModel = 'RGB' | 'grey' | 'CMYK' | 'Lab' | 'palette' | 'unknown';

/** Dots per inch of both axes, and the field of the file that says so. */
export interface Density {
  readonly x: number;
  readonly y: number;
  readonly source: 'JFIF' | 'EXIF' | 'pHYs' | 'TIFF';
}

export interface MeasuredPicture {
  /** Detected from the content: `jpeg`, `png`, `tiff`, …. */
  readonly format: string;
  /** Pixels as the picture is shown, with its orientation; 0 for a film whose container cannot be read. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Absent for a film. */
  readonly details?: PictureDetails | undefined;
  /** Absent for a picture, and for a film whose container cannot be read. */
  readonly film?: FilmDetails | undefined;
}

export interface PictureDetails {
  /** The container's own field, else EXIF's; absent when the file says nothing. */
  readonly density?: Density | undefined;
  /** EXIF's, where it says something else than the container. */
  readonly otherDensity?: Density | undefined;
  readonly colorSpace: ColorModel;
  /** The description of the embedded profile; absent when there is none. */
  readonly colorProfile?: string | undefined;
  /** By the profile's primaries and curve; `other` for unknown ones; absent when only the description can tell. */
  readonly profileFamily?: string | undefined;
  /** As stored: of a palette, the bits of an index. */
  readonly bitsPerChannel?: number | undefined;
  /** Whether the channels are floating-point numbers. */
  readonly isFloat?: boolean | undefined;
  readonly hasAlphaChannel: boolean;
  /** Whether a pixel of any page or frame is not opaque. */
  readonly isTransparent: boolean;
  /** Channels that are neither colour nor alpha, in words. */
  readonly extraChannels?: readonly string[] | undefined;
  /** EXIF's number, 1 to 8; absent when the file does not say or it is 1. */
  readonly orientation?: number | undefined;
  /** Pages of a TIFF, or frames of a moving picture. */
  readonly pages: number;
}

/** No device has more dots per inch, so such a number is damage. */
const MAX_DENSITY = 1_000_000;

/** A density in dots per inch, rounded to hundredths because formats store other units; `undefined` for nonsense. */
export function densityOf(x: number, y: number, source: Density['source']): Density | undefined {
  const isSane = [x, y].every((value) => value > 0 && value <= MAX_DENSITY);
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  return isSane ? { x: rounded(x), y: rounded(y), source } : undefined;
}
