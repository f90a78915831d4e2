import { looksLikeHtml } from '../../http/body';
import { withoutTrailing } from '../../wire-values';

export type ExportedFileKind = 'zip' | 'tsv';

export type BodyKind = ExportedFileKind | 'html' | 'json' | 'gzip' | 'text' | 'binary' | 'nothing';

export const BODY_KIND_BYTES = 512;

/** Judges by the first bytes, not by `Content-Type` (docs/reference/celtra.md#archive-or-table). */
export function bodyKindOf(head: Buffer): BodyKind {
  if (head.length === 0) return 'nothing';
  // Local file, end of an empty archive, or a spanned one (APPNOTE.TXT 4.3.7, 4.3.16, 8.5.3).
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(head.toString('latin1', 0, 4))) return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const text = textOf(head);
  if (text.includes('\0')) return 'binary';
  const trimmed = text.replace(/^\ufeff/, '').trimStart();
  if (looksLikeHtml(trimmed)) return 'html';
  if (/^[[{]\s*["[\]{}]/.test(trimmed)) return 'json';
  // A long first line can have its tab behind the bytes examined.
  const [firstLine = '', ...more] = trimmed.split('\n', 2);
  const isWholeLine = more.length > 0 || head.length < BODY_KIND_BYTES;
  return firstLine.includes('\t') || !isWholeLine ? 'tsv' : 'text';
}

/** Spreadsheet programs write tables in UTF-16. */
function textOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head, { stream: true });
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head, { stream: true });
  return head.toString('utf8');
}

/** From `Content-Disposition` (RFC 6266) or the request: without a folder, not hidden, with an extension. */
export function exportedFileName(
  disposition: string | string[] | undefined,
  asked: string | undefined,
  kind: ExportedFileKind,
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

/** The last part of a path, without characters that a file system may refuse. */
function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const plain = last.replace(/[\p{Cc}<>:"|?*]/gu, '').replace(/^[.\s]+/, '');
  return withoutTrailing(plain, /[.\s]/).slice(0, 200);
}
