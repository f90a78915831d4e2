import { looksLikeHtml } from '../../http/body';

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
