import type { IncomingHttpHeaders } from 'node:http';

/** From `start` up to, not including, `end`. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that is asked for (RFC 9110 §14); `undefined`: the whole file, also when `If-Range` names another
 * file.
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  length: number,
  etag: string | undefined,
): ByteRange | 'unsatisfiable' | undefined {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  const condition = headers['if-range'];
  if (asked === null || (condition !== undefined && condition !== etag)) return undefined;
  const [, first = '', last = ''] = asked;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffix = Math.min(length, Number(last));
    return suffix === 0 ? 'unsatisfiable' : { start: length - suffix, end: length };
  }
  const start = Number(first);
  const end = last === '' ? length : Math.min(length, Number(last) + 1);
  return start >= length || end <= start ? 'unsatisfiable' : { start, end };
}
