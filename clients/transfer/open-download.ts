import type { IncomingHttpHeaders } from 'node:http';

import { request, type Dispatcher } from 'undici';

import { discardBody } from '../http/body';
import type { CallContext } from '../http/call-error';
import { displayHost, secretPartsOf } from '../http/redact';
import { unexpectedEncoding } from '../http/streamed-response';
import { userAgent } from '../http/user-agent';
import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import type { PartFile } from './part-file';
import { transferError } from './transfer-error';
import { FORBIDDEN_ADDRESS, forbiddenReason } from './transfer-network';

/** Our own limit: RFC 9110 §15.4 sets none. */
const MAX_REDIRECTS = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

export interface DownloadOptions {
  readonly system: RemoteSystem;
  readonly allowLoopback: boolean;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

export interface OpenDownload {
  readonly response: Dispatcher.ResponseData;
  readonly context: CallContext;
}

/** What errors say about a download. `secrets` are those of earlier addresses, which a server may quote. */
export function downloadContext(system: RemoteSystem, url: URL, secrets: readonly string[] = []): CallContext {
  return {
    system,
    endpoint: `GET ${displayHost(url)}`,
    effect: 'read',
    secrets: [...secrets, ...secretPartsOf(url)],
  };
}

/** Requests a file, or the rest of an unchanged `part`. Throws RemoteCallError, or what broke the connection. */
export async function openDownload(url: URL, options: DownloadOptions, part?: PartFile): Promise<OpenDownload> {
  let next = url;
  let context = downloadContext(options.system, url);
  for (let hop = 0; ; hop++) {
    const reason = forbiddenReason(next, options.allowLoopback);
    if (reason !== undefined) throw forbiddenError(context, hop, reason);
    const response = await request(next, {
      method: 'GET',
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': userAgent(),
        ...(part !== undefined && { range: `bytes=${part.bytes}-`, 'if-range': part.validator }),
      },
      dispatcher: options.dispatcher,
      signal: options.signal,
      // The stall watch replaces both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const { location } = response.headers;
    if (!redirects.has(response.statusCode) || typeof location !== 'string') return { response, context };
    discardBody(response.body);
    if (hop === MAX_REDIRECTS) {
      const what = `answered with more than ${MAX_REDIRECTS} redirects, one after the other`;
      throw transferError(context, what, { kind: 'contract', status: response.statusCode, code: 'REDIRECTS' });
    }
    if (!URL.canParse(location, next.href)) throw forbiddenError(context, hop + 1, 'cannot be read');
    next = new URL(location, next);
    context = downloadContext(options.system, next, context.secrets);
  }
}

/** Parses an address without ever quoting it. */
export function parseUrl(address: string, system: RemoteSystem): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  throw new RemoteCallError(`${system}: the address given is not a plain http or https address.`, {
    system,
    endpoint: 'address',
    kind: 'contract',
    mayHaveActed: false,
  });
}

function forbiddenError(context: CallContext, hop: number, reason: string): RemoteCallError {
  const what = hop === 0 ? 'are at an address that' : 'lead on to an address that';
  return transferError(context, `${what} ${reason}, which is refused`, { kind: 'refused', code: FORBIDDEN_ADDRESS });
}

/** The length of the whole file, of which `start` bytes are already here, if the response states it. */
export function totalBytesOf(headers: IncomingHttpHeaders, start: number): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) + start : undefined;
}

export function validateHeaders(
  context: CallContext,
  headers: IncomingHttpHeaders,
  total: number | undefined,
  maxBytes: number,
): void {
  const encoding = unexpectedEncoding(headers);
  if (encoding !== undefined) {
    const what = `served the file in the encoding ${encoding}, which was not asked for`;
    throw transferError(context, what, { kind: 'contract', status: 200, code: 'ENCODING' });
  }
  if (/^text\/html\b/i.test(headers['content-type'] ?? '')) throw htmlError(context);
  if (total !== undefined && total > maxBytes) throw tooLargeError(context, maxBytes);
}

/** Transient, because such pages come from proxies and expired addresses, for which a fresh address mostly helps. */
export function htmlError(context: CallContext): RemoteCallError {
  const what = 'served an HTML page instead of the file';
  return transferError(context, what, { kind: 'transient', status: 200, code: 'HTML' });
}

export function tooLargeError(context: CallContext, maxBytes: number): RemoteCallError {
  const what = `serves more than the ${maxBytes} bytes that are allowed for a file`;
  return transferError(context, what, { kind: 'refused', status: 200, code: 'TOO_LARGE' });
}
