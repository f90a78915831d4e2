import { request, type Dispatcher } from 'undici';

import { displayHost, secretPartsOf } from '../http/redact';
import { userAgent } from '../http/user-agent';
import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import { FORBIDDEN_ADDRESS, forbiddenReason } from './transfer-network';
import type { PartFile } from './part-file';
import { transferError, type TransferContext } from './transfer-error';

/** RFC 9110 §15.4 leaves the number to us; an address that leads on for longer leads nowhere. */
const MOST_REDIRECTS = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

export interface DownloadContext {
  readonly system: RemoteSystem;
  readonly allowLoopback: boolean;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

/** An answer with its body still to come, and the host that it came from. */
export interface OpenDownload {
  readonly answer: Dispatcher.ResponseData;
  readonly place: TransferContext;
}

/**
 * Asks for a file, or for the rest of `part` when it is still the same file, and follows redirects to other open https
 * addresses. Throws RemoteCallError, or whatever broke the connection.
 */
export async function openDownload(url: URL, from: DownloadContext, part?: PartFile): Promise<OpenDownload> {
  const secrets: string[] = [];
  let next = url;
  for (let hop = 0; ; hop++) {
    // A server may quote an earlier address of the chain in its answer.
    secrets.push(...secretPartsOf(next));
    const place: TransferContext = {
      system: from.system,
      endpoint: `GET ${displayHost(next)}`,
      effect: 'read',
      secrets,
    };
    const why = forbiddenReason(next, from.allowLoopback);
    if (why !== undefined) throw forbidden(place, hop, why);
    const answer = await request(next, {
      method: 'GET',
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': userAgent(),
        ...(part === undefined ? {} : { range: `bytes=${part.bytes}-`, 'if-range': part.validator }),
      },
      dispatcher: from.dispatcher,
      signal: from.signal,
      // The watch replaces both: it knows of progress.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const { location } = answer.headers;
    if (!redirects.has(answer.statusCode) || typeof location !== 'string') return { answer, place };
    discard(answer);
    if (hop === MOST_REDIRECTS) {
      const what = `answered with more than ${MOST_REDIRECTS} redirects, one after the other`;
      throw transferError(place, what, { kind: 'contract', status: answer.statusCode, code: 'REDIRECTS' });
    }
    if (!URL.canParse(location, next.href)) throw forbidden(place, hop + 1, 'cannot be read');
    next = new URL(location, next);
  }
}

/** Throws a body away, and its connection with it. */
export function discard({ body }: Pick<Dispatcher.ResponseData, 'body'>): void {
  // A body that is thrown away may still report that it was cut.
  body.on('error', () => undefined).destroy();
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

function forbidden(place: TransferContext, hop: number, why: string): RemoteCallError {
  const what = hop === 0 ? 'are at an address that' : 'lead on to an address that';
  return transferError(place, `${what} ${why}, which is refused`, { kind: 'refused', code: FORBIDDEN_ADDRESS });
}
