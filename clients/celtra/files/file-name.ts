import type { ExportedFile } from './exported-file';

/**
 * A name for an exported file: from `Content-Disposition` (RFC 6266), else the one asked for. Never with a folder, never
 * hidden, always with the extension of what came.
 */
export function exportedFileName(
  disposition: string | string[] | undefined,
  asked: string | undefined,
  kind: ExportedFile['kind'],
): string {
  const header = Array.isArray(disposition) ? disposition[0] : disposition;
  const name =
    safeName(encodedName(header ?? '') ?? plainName(header ?? '') ?? '') || safeName(asked ?? '') || 'export';
  return name.toLowerCase().endsWith(`.${kind}`) ? name : `${name}.${kind}`;
}

function encodedName(header: string): string | undefined {
  const [, encoded] = /\bfilename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header) ?? [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function plainName(header: string): string | undefined {
  const [, quoted, bare] = /\bfilename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}

/** The last part of a path, without what file systems cannot bear. */
function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last
    .replace(/[\p{Cc}<>:"|?*]/gu, '')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 200);
}
