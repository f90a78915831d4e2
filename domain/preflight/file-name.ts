import { knownExtension } from '../task/expected-output';

const FORMAT_BY_EXTENSION: Readonly<Record<string, string>> = { jpg: 'jpeg', jpeg: 'jpeg', tif: 'tiff', tiff: 'tiff' };

/** The picture format of an extension, as sharp names it: `jpg` is `jpeg`. Lower case, no dot. */
export function formatOfExtension(extension: string): string {
  return FORMAT_BY_EXTENSION[extension] ?? extension;
}

/** The delivered file name, and in words what was corrected. */
export interface CorrectedFileName {
  readonly fileName: string;
  readonly mended?: string | undefined;
}

/**
 * Corrects spaces around a name and an extension that the spec spells differently (`.JPG`, `.jpeg`, `.tiff`). A name of
 * another format stays: that is a finding.
 */
export function correctFileName(asked: string, specExtension: string | undefined): CorrectedFileName {
  const trimmed = asked.trim();
  const extension = knownExtension(trimmed);
  const isSameFormat =
    extension !== undefined &&
    specExtension !== undefined &&
    formatOfExtension(extension) === formatOfExtension(specExtension);
  const fileName = isSameFormat ? trimmed.slice(0, -extension.length) + specExtension : trimmed;
  if (fileName === '' || fileName === asked) return { fileName: asked };
  return { fileName, mended: `"${asked}" is delivered as "${fileName}", as the spec writes it.` };
}
