import { knownExtension } from '../task/expected-output';
import type { OutputSpec } from '../task/task';

/** Extensions of films. A GIF may move, but it is a picture file and is judged as one. */
const filmExtensions: ReadonlySet<string> = new Set(['mp4', 'm4v', 'mov', 'webm', 'avi', 'mkv', 'mxf', 'mpg', 'mpeg']);

/** Whether a file of this extension (lower case, no dot) is a film. */
export function isFilm(extension: string | undefined): boolean {
  return extension !== undefined && filmExtensions.has(extension);
}

/**
 * The extension of the film that an expected output asks for, by its spec, else by its file name; `undefined` for
 * anything else. Frame rates, codecs and sizes of films are not documented for these calls, so a person decides
 * (docs/reference/creative-force.md#video-tasks).
 */
export function wantedFilm(spec: Pick<OutputSpec, 'extension'> | undefined, fileName?: string): string | undefined {
  const extension = spec?.extension ?? (fileName === undefined ? undefined : knownExtension(fileName));
  return isFilm(extension) ? extension : undefined;
}

/** What kind of film a file is, by its first bytes; `undefined` when it is none that is known. */
export function filmFormat(head: Uint8Array): string | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (text(4, 8) === 'ftyp') return text(8, 12) === 'qt  ' ? 'mov' : 'mp4';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ') return 'avi';
  return text(0, 4) === '\u001a\u0045\u00df\u00a3' ? 'webm' : undefined;
}
