import { knownExtension } from '../task/expected-output';
import type { OutputSpec } from '../task/task';
import type { CeltraAsset } from './celtra-output';

/** Film extensions. An animated GIF counts as a picture. */
const filmExtensions: ReadonlySet<string> = new Set(['mp4', 'm4v', 'mov', 'webm', 'avi', 'mkv', 'mxf', 'mpg', 'mpeg']);

/** Brands of still pictures in the same kind of container: HEIC, AVIF, JPEG XL and others. */
const pictureBrand = /^(he[iv][cmsx]|mi[af]1|msf1|avi[fs]|jxl |jp[2x] |crx )$/;

/** Boxes with which a QuickTime file may begin that is older than the box for the brand. */
const quickTimeStart = /^(moov|mdat|wide|free|skip|pnot)$/;

/** What a file in the spool says of itself if it is a film. */
export interface FilmDetails {
  /** The average of the picture track. */
  readonly framesPerSecond?: number | undefined;
  /** Of the picture track. */
  readonly seconds?: number | undefined;
  /** One for each track, as in a MIME type: `avc1.64001f`, `mp4a.40.2`, `apch`. */
  readonly codecs: readonly string[];
}

/** What a film's container says. Sizes are pixels as shown. */
export interface MeasuredFilm extends FilmDetails {
  /** `mp4` or `mov`. */
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly isWhole: boolean;
  /** Why it is not whole; continues "The film is not whole: …". */
  readonly why?: string | undefined;
}

/** What is done where a task asks for a film, and what a film must keep to. */
export interface FilmDelivery {
  /** Ask an operator, or deliver what Celtra renders. */
  readonly action: 'ask' | 'deliver';
  /** The format where neither the spec nor the file name says one. */
  readonly format?: 'mp4' | 'mov' | undefined;
  /** Celtra's name of a codec preset (docs/reference/celtra.md#asset-formats); absent means Celtra's own choice. */
  readonly preset?: string | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxSeconds?: number | undefined;
  /** Width times height. */
  readonly maxPixels?: number | undefined;
  readonly maxFramesPerSecond?: number | undefined;
}

/** A film that is to be delivered, by the task and the recipe. */
export interface WantedFilm extends Omit<FilmDelivery, 'action' | 'format'> {
  /** `mp4` or `mov`. */
  readonly format: string;
}

/** What Celtra says of a film. Sizes are pixels; the unit of the duration is not documented. */
export type AnnouncedFilm = Pick<CeltraAsset, 'width' | 'height' | 'fps' | 'duration'>;

/** Whether a file with this extension (lower case, no dot) is a film. */
export function isFilm(extension: string | undefined): boolean {
  return extension !== undefined && filmExtensions.has(extension);
}

/** The films that Creative Force takes (docs/reference/creative-force.md#pictures-accepted). */
export const deliverableFilms: readonly string[] = ['mp4', 'mov'];

/** The film that an output asks for (docs/reference/creative-force.md#video-tasks). */
export function wantedFilm(spec: Pick<OutputSpec, 'extension'> | undefined, fileName?: string): string | undefined {
  const extension = spec?.extension ?? (fileName === undefined ? undefined : knownExtension(fileName));
  return isFilm(extension) ? extension : undefined;
}

/** The film format by the file's first bytes, if known. */
export function filmFormat(head: Uint8Array): string | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (text(4, 8) === 'ftyp') {
    const brand = text(8, 12);
    if (pictureBrand.test(brand)) return undefined;
    return brand === 'qt  ' ? 'mov' : 'mp4';
  }
  if (quickTimeStart.test(text(4, 8))) return 'mov';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ') return 'avi';
  return text(0, 4) === '\u001a\u0045\u00df\u00a3' ? 'webm' : undefined;
}
