import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';

import { request, type Dispatcher } from 'undici';

import { sharedDispatcher } from '../http/dispatcher';
import { hostAndPath } from '../http/redact';
import { userAgent } from '../http/user-agent';
import { RemoteCallError } from '../remote-call-error';
import { addressOf, isFileFault } from './download';
import { connectionError, statusError, transferError, type TransferPlace } from './transfer-error';
import { watchTransfer } from './watch';

export interface UploadFileRequest {
  /** A presigned address: a secret, and in no error but for its host and path. */
  readonly url: string;
  /** Every header that was returned with the address (creative-force.md §11.1). */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  /** The exact length of the file. */
  readonly bytes: number;
  /** Hex; when given, the bytes sent must have it. */
  readonly md5?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without progress after which the transfer is given up; default 30 s. */
  readonly stallTimeoutMs?: number | undefined;
  /** Told the bytes handed to the connection so far, at every chunk. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  readonly dispatcher?: Dispatcher | undefined;
}

/** HTTP itself writes these. */
const writtenByHttp = new Set(['content-length', 'transfer-encoding', 'connection', 'host', 'expect']);

/**
 * PUTs a file from disk in one request with its exact length, never chunked (object stores refuse that). Hashes what is
 * sent, and compares the store's ETag with it where the ETag is an MD5. Safe to repeat. Throws RemoteCallError, the file
 * system's own error, or the signal's reason.
 */
export async function uploadFile(wanted: UploadFileRequest): Promise<{ etag?: string }> {
  const url = addressOf(wanted.url, 'object store');
  const place: TransferPlace = { system: 'object store', endpoint: `PUT ${hostAndPath(url)}`, effect: 'write' };
  const { size } = await stat(wanted.path);
  if (size !== wanted.bytes) throw fileChanged(place, `is ${size} bytes long instead of ${wanted.bytes}`);
  const stallTimeoutMs = wanted.stallTimeoutMs ?? 30_000;
  const watch = watchTransfer(stallTimeoutMs, wanted.signal);
  const md5 = createHash('md5');
  let sent = 0;
  const read = async function* () {
    for await (const chunk of createReadStream(wanted.path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      md5.update(chunk);
      sent += chunk.length;
      watch.moved();
      wanted.onProgress?.(sent);
      yield chunk;
    }
  };
  try {
    watch.signal.throwIfAborted();
    const answer = await request(url, {
      method: 'PUT',
      headers: {
        'user-agent': userAgent(),
        ...Object.fromEntries(
          Object.entries(wanted.headers).filter(([name]) => !writtenByHttp.has(name.toLowerCase())),
        ),
        'content-length': String(wanted.bytes),
      },
      body: Readable.from(read(), { objectMode: false, highWaterMark: 256 * 1024 }),
      dispatcher: wanted.dispatcher ?? sharedDispatcher(),
      signal: watch.signal,
      // The watch replaces both; undici's own does not see the progress of a body that is being sent.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (answer.statusCode < 200 || answer.statusCode > 299) throw await statusError(place, answer);
    await answer.body.dump();
    const actual = md5.digest('hex');
    if (wanted.md5 !== undefined && wanted.md5.toLowerCase() !== actual) {
      throw fileChanged(place, 'has another MD5 than when it was measured');
    }
    const etag = single(answer.headers['etag']);
    if (etag === undefined) return {};
    if (isMd5(etag) && !isEncryptedByKey(wanted.headers, answer.headers) && unquoted(etag) !== actual) {
      const what = `stored other bytes than were sent: its ETag is ${unquoted(etag)}, the MD5 sent is ${actual}`;
      throw transferError(place, what, {
        kind: 'transient',
        status: answer.statusCode,
        code: 'ETAG',
        mayHaveActed: true,
      });
    }
    return { etag };
  } catch (error) {
    wanted.signal?.throwIfAborted();
    if (watch.stalled()) {
      const what = `took nothing and said nothing for ${stallTimeoutMs} ms, after ${sent} of ${wanted.bytes} bytes`;
      throw transferError(place, what, { kind: 'transient', code: 'STALLED', mayHaveActed: true });
    }
    if (error instanceof RemoteCallError || isFileFault(error)) throw error;
    throw connectionError(place, error, `after ${sent} of ${wanted.bytes} bytes`);
  } finally {
    watch.done();
  }
}

/** The file on our own disk is not the one that was measured: it has to be fetched again. */
function fileChanged(place: TransferPlace, how: string): RemoteCallError {
  return new RemoteCallError(`The file to upload ${how}; it has to be fetched again (${place.endpoint}).`, {
    system: place.system,
    endpoint: place.endpoint,
    kind: 'refused',
    code: 'FILE_CHANGED',
    mayHaveActed: false,
  });
}

function isMd5(etag: string): boolean {
  return /^[0-9a-f]{32}$/.test(unquoted(etag));
}

function unquoted(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase();
}

/** With a KMS or customer key an ETag is no MD5, although it looks like one. */
function isEncryptedByKey(sent: Readonly<Record<string, string>>, answered: IncomingHttpHeaders): boolean {
  return [...Object.entries(sent), ...Object.entries(answered)].some(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-server-side-encryption-customer')) return true;
    return lower.startsWith('x-amz-server-side-encryption') && String(value).toLowerCase().includes('kms');
  });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
