import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { request, type Dispatcher } from 'undici';

import { sharedDispatcher } from '../http/dispatcher';
import { looksLikeHtml } from '../http/error-body';
import { hostAndPath } from '../http/redact';
import { userAgent } from '../http/user-agent';
import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import { connectionError, statusError, transferError, type TransferPlace } from './transfer-error';
import { watchTransfer } from './watch';

export interface DownloadRequest {
  /** Needs no credentials, so whoever has it has the file: it is in no error. */
  readonly url: string;
  /** Where the file is to be; its folder must exist. */
  readonly path: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which the transfer is given up; default 30 s. */
  readonly stallTimeoutMs?: number | undefined;
  /** Told the bytes received so far, at every chunk. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Default `Celtra files`. */
  readonly system?: RemoteSystem | undefined;
  readonly dispatcher?: Dispatcher | undefined;
}

export interface Downloaded {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
  readonly contentType?: string | undefined;
}

/**
 * Streams a file to disk and hashes it on the way; memory does not grow with the file. The file appears under its name
 * only when it is whole. Refuses redirects, HTML, compression that was not asked for, and more than `maxBytes`. Throws
 * RemoteCallError, the file system's own error, or the signal's reason.
 */
export async function downloadToFile(wanted: DownloadRequest): Promise<Downloaded> {
  const system = wanted.system ?? 'Celtra files';
  const url = addressOf(wanted.url, system);
  const place: TransferPlace = { system, endpoint: `GET ${hostAndPath(url)}`, effect: 'read' };
  const stallTimeoutMs = wanted.stallTimeoutMs ?? 30_000;
  const watch = watchTransfer(stallTimeoutMs, wanted.signal);
  const partial = `${wanted.path}.${randomUUID()}.partial`;
  let received = 0;
  try {
    watch.signal.throwIfAborted();
    const answer = await request(url, {
      method: 'GET',
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': userAgent() },
      dispatcher: wanted.dispatcher ?? sharedDispatcher(),
      signal: watch.signal,
      // The watch replaces both: it knows of progress.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // The watch stays on, since an error's body can stall as well.
    if (answer.statusCode !== 200) throw await statusError(place, answer);
    const announced = lengthOf(answer.headers['content-length']);
    const contentType = single(answer.headers['content-type']);
    const unwanted = faultOfHeaders(place, answer.headers, announced, wanted.maxBytes);
    if (unwanted !== undefined) {
      answer.body.on('error', ignore).destroy();
      throw unwanted;
    }
    const md5 = createHash('md5');
    const sha256 = createHash('sha256');
    await pipeline(
      answer.body,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          if (received === 0 && looksLikeHtml(chunk.subarray(0, 1_024).toString('latin1'))) throw htmlError(place);
          received += chunk.length;
          if (received > wanted.maxBytes) throw tooLarge(place, wanted.maxBytes);
          md5.update(chunk);
          sha256.update(chunk);
          watch.moved();
          wanted.onProgress?.(received);
          yield chunk;
        }
      },
      createWriteStream(partial, { flags: 'wx', highWaterMark: 1024 * 1024 }),
      { signal: watch.signal },
    );
    if (received === 0) throw transferError(place, 'served an empty file', { kind: 'transient', status: 200 });
    if (announced !== undefined && announced !== received) {
      const what = `announced ${announced} bytes and served ${received}`;
      throw transferError(place, what, { kind: 'transient', status: 200 });
    }
    await rename(partial, wanted.path);
    return { bytes: received, md5: md5.digest('hex'), sha256: sha256.digest('hex'), contentType };
  } catch (error) {
    await rm(partial, { force: true });
    wanted.signal?.throwIfAborted();
    if (watch.stalled()) {
      const what = `sent nothing for ${stallTimeoutMs} ms, after ${received} bytes`;
      throw transferError(place, what, { kind: 'transient', code: 'STALLED' });
    }
    if (error instanceof RemoteCallError || isFileFault(error)) throw error;
    throw connectionError(place, error, `after ${received} bytes`);
  } finally {
    watch.done();
  }
}

/** Parses an address without ever quoting it. */
export function addressOf(address: string, system: RemoteSystem): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  throw new RemoteCallError(`${system}: the address given is not a plain http or https address.`, {
    system,
    endpoint: 'address',
    kind: 'contract',
    mayHaveActed: false,
  });
}

/** A full disk is reported without a path. */
const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** Whether an error is about our own disk: those have a path or a code of their own, errors of the network do not. */
export function isFileFault(error: unknown): boolean {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return false;
  return 'path' in error || diskCodes.has(String(error.code));
}

function faultOfHeaders(
  place: TransferPlace,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  announced: number | undefined,
  maxBytes: number,
): RemoteCallError | undefined {
  const encoding = single(headers['content-encoding']);
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return transferError(place, `served the file in the encoding ${encoding.slice(0, 40)}, which was not asked for`, {
      kind: 'contract',
      status: 200,
    });
  }
  if (/^text\/html\b/i.test(single(headers['content-type']) ?? '')) return htmlError(place);
  return announced !== undefined && announced > maxBytes ? tooLarge(place, maxBytes) : undefined;
}

/** Transient, because such pages come from proxies and expired addresses: a fresh address heals most. */
function htmlError(place: TransferPlace): RemoteCallError {
  return transferError(place, 'served an HTML page instead of the file', {
    kind: 'transient',
    status: 200,
    code: 'HTML',
  });
}

function tooLarge(place: TransferPlace, maxBytes: number): RemoteCallError {
  return transferError(place, `serves more than the ${maxBytes} bytes that are allowed for a file`, {
    kind: 'refused',
    status: 200,
    code: 'TOO_LARGE',
  });
}

function lengthOf(header: string | string[] | undefined): number | undefined {
  const text = single(header);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function ignore(): void {
  // A body that is thrown away may still report that it was cut.
}
