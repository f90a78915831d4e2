import { knownExtension } from '../task/expected-output';

const FORMAT_BY_EXTENSION: Readonly<Record<string, string>> = { jpg: 'jpeg', jpeg: 'jpeg', tif: 'tiff', tiff: 'tiff' };

/** The format that an extension stands for, in the words of what reads pictures: `jpg` is `jpeg`. Lower case, no dot. */
export function formatOfExtension(extension: string): string {
  return FORMAT_BY_EXTENSION[extension] ?? extension;
}

/** A file name as it is delivered, and in words what was put right of it, if anything. */
export interface CorrectedFileName {
  readonly fileName: string;
  readonly mended?: string | undefined;
}

/**
 * Puts right what is only spelling: spaces around the name, and an extension that the spec writes otherwise (`.JPG`, `.jpeg`,
 * `.tiff`). A name that asks for another format stays: that is a finding, not a slip of the pen.
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
