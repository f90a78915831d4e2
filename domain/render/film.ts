import { knownExtension } from '../task/expected-output';
import type { OutputSpec } from '../task/task';

/** Film extensions. An animated GIF counts as a picture. */
const filmExtensions: ReadonlySet<string> = new Set(['mp4', 'm4v', 'mov', 'webm', 'avi', 'mkv', 'mxf', 'mpg', 'mpeg']);

/** Whether a file with this extension (lower case, no dot) is a film. */
export function isFilm(extension: string | undefined): boolean {
  return extension !== undefined && filmExtensions.has(extension);
}

/** The film that an output asks for; extpost makes none (docs/reference/creative-force.md#video-tasks). */
export function wantedFilm(spec: Pick<OutputSpec, 'extension'> | undefined, fileName?: string): string | undefined {
  const extension = spec?.extension ?? (fileName === undefined ? undefined : knownExtension(fileName));
  return isFilm(extension) ? extension : undefined;
}

/** The film format by the file's first bytes, if known. */
export function filmFormat(head: Uint8Array): string | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (text(4, 8) === 'ftyp') return text(8, 12) === 'qt  ' ? 'mov' : 'mp4';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ') return 'avi';
  return text(0, 4) === '\u001a\u0045\u00df\u00a3' ? 'webm' : undefined;
}
