import type { IncomingHttpHeaders } from 'node:http';

import type { RemoteCallError } from '../remote-call-error';
import { transferError, type TransferContext } from './transfer-error';

/** Bytes of the whole file, of which `start` are here already, where the answer says so. */
export function totalBytesOf(headers: IncomingHttpHeaders, start: number): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) + start : undefined;
}

/** What in the headers of an answer shows that its body is not the file. */
export function validateHeaders(
  place: TransferContext,
  headers: IncomingHttpHeaders,
  total: number | undefined,
  maxBytes: number,
): RemoteCallError | undefined {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return transferError(place, `served the file in the encoding ${encoding.slice(0, 40)}, which was not asked for`, {
      kind: 'contract',
      status: 200,
      code: 'ENCODING',
    });
  }
  if (/^text\/html\b/i.test(headers['content-type'] ?? '')) return htmlError(place);
  return total !== undefined && total > maxBytes ? tooLargeError(place, maxBytes) : undefined;
}

/** Transient, because such pages come from proxies and expired addresses: a fresh address heals most. */
export function htmlError(place: TransferContext): RemoteCallError {
  return transferError(place, 'served an HTML page instead of the file', {
    kind: 'transient',
    status: 200,
    code: 'HTML',
  });
}

/** The file is larger than whoever asked takes. */
export function tooLargeError(place: TransferContext, maxBytes: number): RemoteCallError {
  return transferError(place, `serves more than the ${maxBytes} bytes that are allowed for a file`, {
    kind: 'refused',
    status: 200,
    code: 'TOO_LARGE',
  });
}
