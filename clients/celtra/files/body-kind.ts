import { looksLikeHtml } from '../../http/error-body';

/** What a body is, going by how it begins. */
export type BodyKind = 'zip' | 'tsv' | 'html' | 'json' | 'gzip' | 'text' | 'binary' | 'nothing';

/** Bytes that are enough to tell. */
export const DETECTION_BYTES = 512;

/**
 * Tells what comes by its first bytes, because neither the question nor `Content-Type` can be trusted
 * (docs/reference/celtra.md#archive-or-table).
 */
export function detectBodyKind(head: Buffer): BodyKind {
  if (head.length === 0) return 'nothing';
  // Local file, end of an empty archive, or a spanned one (APPNOTE.TXT 4.3.7, 4.3.16, 8.5.3).
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(head.toString('latin1', 0, 4))) return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const text = textOf(head);
  if (text.includes('\0')) return 'binary';
  const trimmed = text.replace(/^\ufeff/, '').trimStart();
  if (looksLikeHtml(trimmed)) return 'html';
  if (/^[[{]\s*["[\]{}]/.test(trimmed)) return 'json';
  // A first line that is longer than what was looked at can have its tab further on.
  const [firstLine = '', ...more] = trimmed.split('\n', 2);
  const isWholeLine = more.length > 0 || head.length < DETECTION_BYTES;
  return firstLine.includes('\t') || !isWholeLine ? 'tsv' : 'text';
}

/** Spreadsheet programs like their tables in UTF-16. */
function textOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head, { stream: true });
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head, { stream: true });
  return head.toString('utf8');
}
